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
