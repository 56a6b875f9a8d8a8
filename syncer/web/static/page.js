// What the page can do without is done here: a slider beside the date, and a button pressed once.
"use strict";

const DAY = 86400000;
const range = document.getElementById("as-of-day");
const date = document.getElementById("as-of");

if (range && date) {
  const first = Date.parse(range.dataset.first);
  const say = () => {
    date.value = new Date(first + range.value * DAY).toISOString().slice(0, 10);
    range.setAttribute("aria-valuetext", date.value);
  };
  range.hidden = false;
  range.addEventListener("input", say);
  range.addEventListener("change", () => { say(); range.form.requestSubmit(); });
  date.addEventListener("input", () => {
    if (date.value) range.value = Math.round((Date.parse(date.value) - first) / DAY);
  });
  range.setAttribute("aria-valuetext", date.value);
}

for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => {
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  });
}
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form[data-once] button")) button.disabled = false;
});
