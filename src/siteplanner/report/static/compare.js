"use strict";
// Plans side by side: one map each, all looking at the same place, and the tables of what differs.
(function () {
  const { data, build } = window.page;
  const hosts = [...document.querySelectorAll(".map")];
  const legend = document.querySelector(".legend");
  const numbers = data.maps.map((tree) => new Map([...Object.entries(tree.members), ...tree.marks.map((mark, number) => [mark[0], number])]));
  let busy = false;
  const drawn = data.maps.map((tree, n) => window.page.drawMap(hosts[n], tree, document.getElementById("detail-" + n), legend, (id) => showIn(id, n)));

  // What is shown on one map is shown on the others, as far as they have it.
  function showIn(id, from) {
    if (busy) return;
    busy = true;
    drawn.forEach((one, n) => n !== from && numbers[n].has(id) && one.show(numbers[n].get(id), true));
    busy = false;
  }

  let moving = false;
  drawn.forEach((one) => {
    if (!one.map) return;
    one.map.on("move", () => {
      if (moving) return;
      moving = true;
      drawn.forEach((other) => other !== one && other.map && other.map.setView(one.map.getCenter(), one.map.getZoom(), { animate: false }));
      moving = false;
    });
  });

  window.page.known = (id) => numbers.some((one) => one.has(id));
  window.page.goTo = (id) => {
    document.getElementById("s-map").scrollIntoView();
    const first = numbers.findIndex((one) => one.has(id));
    drawn[first].show(numbers[first].get(id));
    document.getElementById("detail-" + first).focus({ preventScroll: true });
  };
  const richest = drawn.findIndex((one) => one.map);
  if (richest >= 0) window.page.finder(document.getElementById("finder"), data.maps[richest], drawn[richest], (number) => drawn[richest].show(number));
  document.querySelectorAll("[data-table]").forEach(build);
  // For tests and for readers of the console.
  window.siteplanner = { maps: drawn };
})();
