"use strict";
// The report of one plan: its map, its tables, and the way from one to the other.
(function () {
  const { data, build } = window.page;
  const tree = data.map;
  const detail = document.getElementById("detail");
  const drawn = window.page.drawMap(document.getElementById("map"), tree, detail, document.querySelector(".legend"));
  const numbers = new Map([...Object.entries(tree.members), ...tree.marks.map((mark, number) => [mark[0], number])]);

  function goTo(number) {
    document.getElementById("s-map").scrollIntoView();
    drawn.show(number);
    detail.focus({ preventScroll: true });
  }

  window.page.known = (id) => numbers.has(id);
  window.page.goTo = (id) => goTo(numbers.get(id));
  window.page.finder(document.getElementById("finder"), tree, drawn, goTo);
  document.querySelectorAll("[data-table]").forEach(build);
  // For tests and for readers of the console: the map and what stands on it.
  window.siteplanner = { map: drawn.map, layers: drawn.layers, lines: drawn.lines, circles: drawn.circles, show: drawn.show };
})();
