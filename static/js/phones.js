// The desk phones: draws what /phones/state answers, and sends what the user's hands do.
"use strict";

(() => {
  const body = document.body;
  const find = (name, within = document) => within.querySelector(`[data-${name}]`);
  const form = find("call-form");
  const token = form.elements.csrfmiddlewaretoken.value;
  const line = form.elements.line;
  const LIVE_MS = 1000;
  const QUIET_MS = 2000;
  const PATIENCE_MS = 8000;

  let callId = "";
  let dismissed = "";
  let live = false;
  let shown = "";
  let pressed = "";
  let timer = 0;
  let asking = null;
  let behind = 0; // how far this browser's clock is behind the portal's, in milliseconds

  // -- talking with the portal

  async function refresh() {
    window.clearTimeout(timer);
    asking?.abort();
    const mine = (asking = new AbortController());
    const patience = window.setTimeout(() => mine.abort("late"), PATIENCE_MS);
    const query = new URLSearchParams({ call: callId, line: line.value });
    try {
      const answer = await fetch(`${body.dataset.state}?${query}`, { cache: "no-cache", signal: mine.signal });
      const text = await answer.text();
      if (mine !== asking) return;
      receive(answer, text);
    } catch {
      if (mine !== asking) return;
      problem(body.dataset.away);
    } finally {
      window.clearTimeout(patience);
    }
    timer = window.setTimeout(refresh, live ? LIVE_MS : QUIET_MS);
  }

  function receive(answer, text) {
    const said = decode(text);
    if (!answer.ok) {
      problem(said.problem ?? body.dataset.away);
      return;
    }
    if (find("problem").dataset.kind === "away") problem("");
    const date = Date.parse(answer.headers.get("Date"));
    if (Math.abs(date - Date.now()) > 2000) behind = date - Date.now();
    if (text === shown) return;
    shown = text;
    draw(said);
  }

  function decode(text) {
    try {
      return JSON.parse(text);
    } catch {
      return {};
    }
  }

  async function send(address, values) {
    let said = {};
    let worked = false;
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: { "X-CSRFToken": token },
        body: new URLSearchParams(values),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      said = decode(await answer.text());
      worked = answer.ok;
    } catch {
      // The words below say it.
    }
    problem(worked ? "" : (said.problem ?? body.dataset.away), "act");
    await refresh();
    return worked ? said : null;
  }

  function problem(words, kind = "away") {
    const box = find("problem");
    if (box.textContent !== words) box.textContent = words;
    box.dataset.kind = kind;
    box.hidden = words === "";
  }

  // -- drawing; what stays is kept, so that focus and screen readers are not disturbed

  function write(place, words) {
    if (place.textContent !== words) place.textContent = words;
  }

  function draw(state) {
    drawCaller(state.call && state.call.id !== dismissed ? state.call : null);
    drawPhones(state.phones);
    drawStory(state.story);
    tick();
  }

  function drawCaller(call) {
    const status = find("caller-status");
    write(status, call ? call.status : status.dataset.none);
    status.dataset.tone = call ? call.tone : "idle";
    if (call && call.id !== callId) pressed = "";
    const wasLive = live;
    live = Boolean(call?.live);
    callId = call ? call.id : callId;
    form.hidden = Boolean(call);
    const screen = find("screen");
    screen.hidden = !call;
    if (!call) return;
    write(find("to", screen), call.to);
    write(find("from", screen), call.from);
    clock(find("clock", screen), call.since, call.until);
    find("pad").hidden = find("hang-up").hidden = !live;
    find("new").hidden = live;
    write(find("pressed"), pressed);
    drawHeard(screen, call.heard);
    find("heard-box", screen).hidden = call.heard.length === 0;
    if (wasLive && !live && lost()) find("new").focus();
  }

  function drawHeard(place, heard) {
    const now = heard.find((each) => each.now);
    find("hears-box", place).hidden = !now;
    write(find("hears", place), now ? now.text : "");
    lines(find("heard", place), heard);
  }

  function lines(list, entries) {
    const following = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    entries.forEach((entry, index) => {
      const item = list.children[index] ?? list.appendChild(copy("line"));
      write(item.firstElementChild, entry.at);
      write(item.lastElementChild, entry.text);
      item.toggleAttribute("data-now", Boolean(entry.now));
    });
    while (list.children.length > entries.length) list.lastElementChild.remove();
    if (following) list.scrollTop = list.scrollHeight;
  }

  function copy(name) {
    return document.querySelector(`template[data-${name}]`).content.firstElementChild.cloneNode(true);
  }

  function drawPhones(phones) {
    const place = find("handsets");
    const old = new Map([...place.children].map((card) => [card.dataset.phone, card]));
    phones.forEach((phone, index) => {
      const card = old.get(phone.number) ?? copy("handset");
      old.delete(phone.number);
      if (place.children[index] !== card) place.insertBefore(card, place.children[index] ?? null);
      drawPhone(card, phone);
    });
    old.forEach((card) => card.remove());
    find("nobody").hidden = phones.length > 0;
  }

  function drawPhone(card, phone) {
    card.dataset.phone = phone.number;
    card.setAttribute("aria-label", `${phone.name}, ${phone.shown}`);
    write(find("name", card), phone.name);
    write(find("number", card), phone.shown);
    write(find("level-number", card), phone.level);
    find("level", card).hidden = !phone.level;
    find("level", card).toggleAttribute("data-first", phone.level === "1");
    write(find("why", card), phone.why);
    find("why", card).hidden = !phone.why;
    const held = card.contains(document.activeElement) && document.activeElement.dataset.act;
    card.dataset.state = phone.state;
    card.toggleAttribute("data-live", phone.state !== "idle");
    write(find("status", card), phone.status);
    clock(find("clock", card), phone.since, null);
    drawHeard(card, phone.heard);
    find("heard-box", card).hidden = phone.heard.length === 0;
    for (const acts of card.querySelectorAll("[data-when]")) acts.hidden = acts.dataset.when !== phone.state;
    // Never on to "Hang up": the same key pressed twice would end what it began.
    if (held && lost()) (card.querySelector("[data-when]:not([hidden]) .btn-1") ?? card).focus();
    drawBehaviour(find("behaviour", card), phone.behaviour);
  }

  function drawBehaviour(select, behaviour) {
    if (select === document.activeElement || select.value === behaviour) return;
    if (![...select.options].some((option) => option.value === behaviour)) select.add(new Option(behaviour, behaviour));
    select.value = behaviour;
  }

  function drawStory(story) {
    find("no-story").hidden = Boolean(story);
    const phase = find("phase");
    phase.hidden = !story;
    write(phase, story ? story.phase : "");
    phase.dataset.tone = story?.live ? "waiting" : "idle";
    lines(find("story"), story ? story.lines : []);
    find("story-link-box").hidden = !story;
    if (story) find("story-link").href = story.url;
  }

  // Has the element that had the focus gone, or been hidden?
  function lost() {
    const held = document.activeElement;
    return !held || held === body || held.closest("[hidden]") !== null;
  }

  // -- clocks

  function clock(place, since, until) {
    place.dataset.since = since ?? "";
    place.dataset.until = until ?? "";
  }

  function tick() {
    for (const place of document.querySelectorAll("[data-clock]")) {
      const { since, until } = place.dataset;
      if (!since) {
        write(place, "");
        continue;
      }
      const end = until ? Date.parse(until) : Date.now() + behind;
      const seconds = Math.max(0, Math.floor((end - Date.parse(since)) / 1000));
      write(place, `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`);
    }
  }

  // -- hands

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = find("call");
    button.disabled = true;
    const placed = await send(body.dataset.calls, { caller: form.elements.caller.value, line: line.value });
    button.disabled = false;
    if (!placed) return;
    dismissed = pressed = "";
    callId = placed.call;
    await refresh();
    if (lost()) find("screen").focus();
  });

  line.addEventListener("change", refresh);

  const toCall = (values) => send(`${body.dataset.calls}/${encodeURIComponent(callId)}`, values);
  find("hang-up").addEventListener("click", () => toCall({ act: "hang_up" }));
  find("new").addEventListener("click", () => {
    dismissed = callId;
    callId = pressed = shown = "";
    refresh();
    form.hidden = false;
    find("screen").hidden = true;
    find("call").focus();
  });
  find("pad").addEventListener("click", (event) => {
    const { key } = event.target.dataset;
    if (!key) return;
    pressed = (pressed + key).slice(-12);
    write(find("pressed"), pressed);
    toCall({ act: "press", key });
  });

  const toPhone = (card, values) => send(body.dataset.phones.replace("NUMBER", card.dataset.phone), values);
  find("handsets").addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (!button) return;
    const { act, key } = button.dataset;
    toPhone(button.closest("[data-phone]"), key ? { act, key } : { act });
  });
  find("handsets").addEventListener("change", (event) => {
    if (event.target.matches("[data-behaviour]")) {
      toPhone(event.target.closest("[data-phone]"), { act: "behaviour", behaviour: event.target.value });
    }
  });

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) refresh();
  });
  window.setInterval(tick, 500);
  refresh();
})();
