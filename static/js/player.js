// Plays messages: [data-player] holds an <audio controls>, which is replaced by buttons of our own. One at a
// time; the left and right arrows go 5 seconds back and on; the speed stays for the next message.

const STEP = 5;
const SPEEDS = [1, 1.5, 2];
const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });

function clock(seconds) {
  const whole = Math.max(Math.floor(seconds || 0), 0);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.body.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

function button(className, label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

function build(box) {
  const sound = box.querySelector("audio");
  const words = box.dataset;
  const length = () => (Number.isFinite(sound.duration) ? sound.duration : Number(words.seconds) || 0);
  sound.controls = false;
  box.setAttribute("role", "group");

  const toggle = button("play", words.play, () => (sound.paused ? sound.play().catch(() => fault()) : sound.pause()));
  toggle.append(icon("play"));
  const place = document.createElement("input");
  Object.assign(place, { type: "range", min: 0, max: 100, step: "any", value: 0, className: "seek" });
  place.setAttribute("aria-label", words.seek);
  const time = document.createElement("span");
  time.className = "time num";
  const problem = document.createElement("p");
  problem.className = "bad small";
  problem.setAttribute("role", "alert");
  problem.hidden = true;

  const seek = (to) => { sound.currentTime = Math.min(Math.max(to, 0), length()); draw(); };
  const fault = () => { problem.textContent = words.fault; problem.hidden = false; };

  function draw() {
    const is = sound.paused ? "play" : "pause";
    if (toggle.dataset.is !== is) {
      toggle.dataset.is = is;
      toggle.replaceChildren(icon(is));
      toggle.setAttribute("aria-label", words[is]);
    }
    place.max = length() || 1;
    place.value = sound.currentTime;
    place.style.setProperty("--at", `${(100 * sound.currentTime) / (length() || 1)}%`);
    place.setAttribute("aria-valuetext", `${clock(sound.currentTime)} / ${clock(length())}`);
    time.textContent = `${clock(sound.currentTime)} / ${clock(length())}`;
  }

  place.addEventListener("input", () => seek(Number(place.value)));
  box.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    seek(sound.currentTime + step);
  });
  for (const happened of ["play", "pause", "timeupdate", "durationchange", "ended", "seeked"]) sound.addEventListener(happened, draw);
  sound.addEventListener("error", fault);

  box.append(toggle, place, time);
  if (!box.classList.contains("player-small")) box.append(steps(words, (by) => seek(sound.currentTime + by)), speeds(box, sound, words));
  box.append(problem);
  draw();
}

function steps(words, go) {
  const group = document.createElement("span");
  group.className = "btn-group";
  for (const [by, label, said] of [[-STEP, "−5 s", words.back], [STEP, "+5 s", words.on]]) {
    const made = button("btn btn-s", "", () => go(by));
    made.title = said;
    made.append(label);
    group.append(made);
  }
  return group;
}

function speeds(box, sound, words) {
  const group = document.createElement("span");
  group.className = "btn-group";
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", words.speed);
  for (const speed of SPEEDS) {
    const made = button("btn btn-s", "", () => {
      sound.defaultPlaybackRate = sound.playbackRate = speed;
      for (const other of group.children) other.setAttribute("aria-pressed", String(other === made));
    });
    made.append(`${number.format(speed)}×`);
    made.setAttribute("aria-pressed", String(speed === 1));
    group.append(made);
  }
  return group;
}

function upgrade() {
  for (const box of document.querySelectorAll("[data-player]:not([role])")) build(box);
}

document.addEventListener("play", (event) => {
  for (const other of document.querySelectorAll("audio")) if (other !== event.target) other.pause();
}, true);
document.addEventListener("live", upgrade);
upgrade();
