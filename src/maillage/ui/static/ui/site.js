// Comfort only: every page works without this file. `/` goes to the search; arrows walk in its suggestions; «Copier» copies.
"use strict";

const isTyping = (element) => element.matches("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const field = document.querySelector("main [data-search]") ?? document.querySelector("[data-search]");
  if (!field) return;
  event.preventDefault();
  field.focus();
});

const listOf = (field) => document.getElementById(field.getAttribute("aria-controls"));
const optionsOf = (field) => [...listOf(field).querySelectorAll('[role="option"]')];

function selectOption(field, options, index) {
  options.forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
  if (index < 0) field.removeAttribute("aria-activedescendant");
  else field.setAttribute("aria-activedescendant", options[index].id);
}

function closeSuggestions(field) {
  listOf(field).replaceChildren();
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}

function onSearchKey(event) {
  const field = event.currentTarget;
  const options = optionsOf(field);
  const current = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "Escape") closeSuggestions(field);
  else if (event.key === "ArrowDown" && options.length) selectOption(field, options, (current + 1) % options.length);
  else if (event.key === "ArrowUp" && options.length) selectOption(field, options, (current - 1 + options.length) % options.length);
  else if (event.key === "Enter" && current >= 0) window.location.assign(options[current].dataset.href);
  else return;
  event.preventDefault();
}

for (const field of document.querySelectorAll("[data-search]")) {
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.addEventListener("keydown", onSearchKey);
  field.addEventListener("blur", () => setTimeout(() => closeSuggestions(field), 150));
  listOf(field).addEventListener("click", (event) => {
    const option = event.target.closest("[data-href]");
    if (option) window.location.assign(option.dataset.href);
  });
}

document.addEventListener("htmx:afterSwap", (event) => {
  const field = document.querySelector(`[data-search][aria-controls="${event.target.id}"]`);
  if (field) field.setAttribute("aria-expanded", String(optionsOf(field).length > 0));
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
  button.querySelector("[data-copied]").textContent = button.dataset.done;
});
for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
document.addEventListener("htmx:load", (event) => {
  for (const button of event.target.querySelectorAll?.("[data-copy]") ?? []) button.hidden = false;
});
