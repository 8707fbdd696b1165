// Conveniences only: every page works without this file.
"use strict";

// A file that is dropped anywhere on the page is the file to check.
const form = document.querySelector("form[data-drop]");
if (form) {
  const field = form.querySelector("input[type=file]");
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length > 0) {
      field.files = event.dataTransfer.files;
      form.requestSubmit();
    }
  });
}

// How long ago somebody opened this playbook on this device.
const timer = document.querySelector("[data-timer]");
if (timer) {
  const key = "playbook-" + timer.dataset.timer;
  const begun = Number(sessionStorage.getItem(key)) || Date.now();
  sessionStorage.setItem(key, String(begun));
  const show = () => {
    const seconds = Math.floor((Date.now() - begun) / 1000);
    const rest = String(seconds % 60).padStart(2, "0");
    timer.textContent = "Opened " + Math.floor(seconds / 60) + ":" + rest + " ago";
  };
  timer.hidden = false;
  show();
  setInterval(show, 1000);
}

// Parts of a page that are fetched anew when something changed. Where somebody types or
// points, nothing moves: the change waits until they are done.
const live = document.querySelector("[data-live]");
if (live) {
  let waiting = false;
  const isBusy = () => live.contains(document.activeElement) && document.activeElement !== live;
  const refresh = async () => {
    if (isBusy()) {
      waiting = true;
      return;
    }
    waiting = false;
    const answer = await fetch(location.href, { headers: { "x-live": "1" }, redirect: "error" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = fresh.querySelector("[data-live]");
    if (part && !isBusy()) live.replaceChildren(...part.childNodes);
  };
  live.addEventListener("focusout", () => setTimeout(() => waiting && refresh(), 0));
  const source = new EventSource("/live");
  source.addEventListener("change", () => refresh().catch(() => {}));
  addEventListener("pagehide", () => source.close());
}

// Keys for alerts. Each may be another one, or all off (WCAG 2.1.4); kept on this device.
const KEYS = { next: "j", previous: "k", open: "o", mine: "a", notMe: "n", itWasMe: "m", snooze: "s", done: "d", back: "u" };
const keys = (() => {
  try {
    return { ...KEYS, on: true, ...JSON.parse(localStorage.getItem("keys") || "{}") };
  } catch {
    return { ...KEYS, on: true };
  }
})();
const actions = {
  next: () => step(1),
  previous: () => step(-1),
  open: () => here()?.click(),
  mine: () => reach("acknowledge"),
  notMe: () => reach("not-me"),
  itWasMe: () => reach("it-was-me"),
  snooze: () => reach("snooze"),
  done: () => reach("resolve"),
  back: () => document.querySelector("[data-back]")?.click(),
};
const lines = () => [...document.querySelectorAll("[data-alert]")];
const here = () => lines().find((line) => line === document.activeElement);
const step = (by) => {
  const all = lines();
  const at = all.indexOf(here());
  const to = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1);
  all[to]?.focus();
};
// On the list, an answer opens the alert; there it leads to the answer's first field.
const reach = (answer) => {
  const line = here();
  if (line) {
    location.href = line.href + "?answer=" + answer;
    return;
  }
  const part = document.getElementById(answer);
  const field = part && part.querySelector("input:not([type=hidden]),select,button");
  if (field) {
    part.scrollIntoView({ block: "center" });
    field.focus();
  }
};
const help = document.querySelector("[data-keys]");
if (help) {
  help.hidden = !keys.on;
  for (const each of help.querySelectorAll("[data-key]")) each.textContent = keys[each.dataset.key];
  document.addEventListener("keydown", (event) => {
    const types = event.target.closest("input,textarea,select");
    if (!keys.on || types || event.ctrlKey || event.metaKey || event.altKey) return;
    const name = Object.keys(KEYS).find((name) => keys[name] === event.key);
    if (name) {
      event.preventDefault();
      actions[name]();
    }
  });
  reach(new URLSearchParams(location.search).get("answer") || "");
}

// Choosing the keys, in the settings.
const chooser = document.querySelector("form[data-choose-keys]");
if (chooser) {
  chooser.closest("section").hidden = false;
  const said = chooser.querySelector("[role=status]");
  const fill = (from) => {
    chooser.elements.on.checked = from.on;
    for (const name of Object.keys(KEYS)) chooser.elements[name].value = from[name];
  };
  fill(keys);
  chooser.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = { on: chooser.elements.on.checked };
    for (const name of Object.keys(KEYS)) chosen[name] = chooser.elements[name].value.trim();
    const used = Object.keys(KEYS).map((name) => chosen[name]);
    const fine = used.every((key) => key.length === 1) && new Set(used).size === used.length;
    said.textContent = fine ? "Kept on this device." : "Not kept: each key must be one letter, and no two the same.";
    if (fine) localStorage.setItem("keys", JSON.stringify(chosen));
  });
  chooser.addEventListener("reset", (event) => {
    event.preventDefault();
    localStorage.removeItem("keys");
    fill({ ...KEYS, on: true });
    said.textContent = "The keys are as they were in the beginning.";
  });
}
