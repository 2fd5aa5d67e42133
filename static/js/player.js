// Plays recordings: [data-player] holds an <audio controls>, which is replaced by controls of our own. One at
// a time; the left and right arrows go 5 seconds back and on; the speed is remembered in this browser.

const STEP = 5;
const SPEEDS = [0.8, 1, 1.25, 1.5, 2];
const KEPT = "player-speed";
const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 });

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

// --- the speed, the same for all players -----------------------------------------------------------

function remembered() {
  try {
    const kept = Number(localStorage.getItem(KEPT));
    return SPEEDS.includes(kept) ? kept : 1;
  } catch {
    return 1; // this browser keeps nothing
  }
}

let speed = remembered();

function playAt(wanted) {
  speed = wanted;
  try {
    localStorage.setItem(KEPT, String(wanted));
  } catch {
    // it holds for this page
  }
  for (const sound of document.querySelectorAll("[data-player] audio")) sound.defaultPlaybackRate = sound.playbackRate = wanted;
  for (const each of document.querySelectorAll("[data-player] .speed")) each.value = String(wanted);
}

function speeds(words) {
  const made = document.createElement("select");
  made.className = "select speed";
  made.setAttribute("aria-label", words.speed);
  for (const each of SPEEDS) made.append(new Option(`${number.format(each)}×`, String(each), false, each === speed));
  made.addEventListener("change", () => playAt(Number(made.value)));
  return made;
}

// --- a player --------------------------------------------------------------------------------------

function build(box) {
  const sound = box.querySelector("audio");
  const words = box.dataset;
  const length = () => (Number.isFinite(sound.duration) ? sound.duration : Number(words.seconds) || 0);
  sound.controls = false;
  sound.defaultPlaybackRate = sound.playbackRate = speed;
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
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey || event.target.matches("select")) return;
    event.preventDefault();
    seek(sound.currentTime + step);
  });
  for (const happened of ["play", "pause", "timeupdate", "durationchange", "ended", "seeked"]) sound.addEventListener(happened, draw);
  sound.addEventListener("error", fault);

  const download = box.querySelector("[data-download]");
  box.append(toggle, place, time);
  if (!box.classList.contains("player-small")) {
    box.append(steps(words, (by) => seek(sound.currentTime + by)), speeds(words));
    if (download) box.append(download);
  }
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

function upgrade() {
  for (const box of document.querySelectorAll("[data-player]:not([role])")) build(box);
}

document.addEventListener("play", (event) => {
  for (const other of document.querySelectorAll("audio")) if (other !== event.target) other.pause();
}, true);
document.addEventListener("live", upgrade);
upgrade();
