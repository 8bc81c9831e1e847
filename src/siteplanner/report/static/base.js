"use strict";
// What every page shares: its data, making elements, the theme, printing. Text is only ever set as text, never as HTML.
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const root = document.documentElement;

  function make(tag, attributes, text) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    if (text !== undefined) node.textContent = text;
    return node;
  }

  function fill(pattern, facts) {
    return pattern.replace(/\{(\w+)\}/g, (whole, name) => (name in facts ? facts[name] : whole));
  }

  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const themed = [];
  function setTheme(name) {
    root.setAttribute("data-theme", name);
    themed.forEach((redraw) => redraw());
  }
  setTheme(dark.matches ? "dark" : "light");
  dark.addEventListener("change", () => setTheme(dark.matches ? "dark" : "light"));
  document.getElementById("theme").addEventListener("click", () => setTheme(root.dataset.theme === "dark" ? "light" : "dark"));
  document.getElementById("print").addEventListener("click", () => window.print());

  const printing = [];
  window.addEventListener("beforeprint", () => printing.forEach((expand) => expand()));
  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  // `goTo` shows what an id stands for; `known` says whether there is anything to show. The map, if there is one, sets both.
  window.page = { data, words: data.words, make, fill, colour, themed, printing, known: () => false, goTo: () => {} };
})();
