"use strict";
// Tables and map of one plan, from the JSON in this page. Text is only ever set as text, never as HTML.
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const words = data.words;
  const FIRST_ROWS = 60;

  function make(tag, attributes, text) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    if (text !== undefined) node.textContent = text;
    return node;
  }

  function fill(pattern, facts) {
    return pattern.replace(/\{(\w+)\}/g, (whole, name) => (name in facts ? facts[name] : whole));
  }

  // ---- theme -------------------------------------------------------------------------------------------------
  const root = document.documentElement;
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

  // ---- tables ------------------------------------------------------------------------------------------------
  // A column is {h: heading, c: class, l: link, d: distinct texts in sorting order, i: index of each row's text}.
  const printing = [];

  function build(card) {
    const table = data.tables[card.dataset.table];
    const columns = table.columns;
    const count = table.rows;
    const bar = make("div", { class: "bar" });
    bar.append(make("h3", { id: "t-" + card.dataset.table }, table.title));
    card.append(bar);
    if (table.note) card.append(make("p", { class: "note" }, table.note));
    if (!count) {
      card.append(make("p", { class: "empty" }, words.empty));
      return;
    }
    const state = { sort: -1, down: false, all: count <= FIRST_ROWS, text: "" };
    const filter = make("input", { type: "search", placeholder: words.filter_hint, "aria-label": words.filter + " " + table.title });
    const shown = make("span", { class: "count", "aria-live": "polite" });
    if (count > 5) bar.append(filter);
    bar.append(shown);
    const wrap = make("div", { class: "wrap", tabindex: "0", role: "region", "aria-labelledby": "t-" + card.dataset.table });
    const grid = make("table");
    const head = make("thead");
    const headRow = make("tr");
    const body = make("tbody");
    columns.forEach((column, number) => {
      const th = make("th", { scope: "col", class: column.c, "data-heading": column.h });
      const button = make("button", { type: "button", title: words.sort }, column.h);
      button.addEventListener("click", () => {
        state.down = state.sort === number ? !state.down : false;
        state.sort = number;
        headRow.querySelectorAll("th").forEach((one) => one.removeAttribute("aria-sort"));
        th.setAttribute("aria-sort", state.down ? "descending" : "ascending");
        draw();
      });
      th.append(button);
      headRow.append(th);
    });
    head.append(headRow);
    grid.append(head, body);
    let foot = null;
    if (table.foot) {
      foot = make("tfoot");
      const row = make("tr");
      table.foot.forEach((text, number) => row.append(make("td", { class: columns[number].c }, text)));
      foot.append(row);
      grid.append(foot);
    }
    wrap.append(grid);
    const more = make("button", { type: "button", class: "more" }, fill(words.show_all, { all: count }));
    more.addEventListener("click", () => {
      state.all = true;
      draw();
    });
    card.append(wrap, more);

    function matching() {
      const rows = Array.from({ length: count }, (_, n) => n);
      if (!state.text) return rows;
      const hit = columns.map((column) => column.d.map((text) => text.toLowerCase().includes(state.text)));
      return rows.filter((n) => columns.some((column, c) => hit[c][column.i[n]]));
    }

    function cell(column, text) {
      const td = make("td", { class: column.c });
      if (column.l && text && known.has(text)) {
        const jump = make("button", { type: "button", class: "jump", title: words.on_map }, text);
        jump.addEventListener("click", () => goTo(text));
        td.append(jump);
      } else {
        td.textContent = text;
      }
      return td;
    }

    function draw() {
      const rows = matching();
      if (state.sort >= 0) {
        const order = columns[state.sort].i;
        rows.sort((a, b) => (order[a] - order[b]) * (state.down ? -1 : 1) || a - b);
      }
      const visible = state.all ? rows : rows.slice(0, FIRST_ROWS);
      body.replaceChildren(
        ...visible.map((n) => {
          const tr = make("tr", table.bad.includes(n) ? { class: "bad" } : {});
          tr.append(...columns.map((column) => cell(column, column.d[column.i[n]])));
          return tr;
        })
      );
      shown.textContent = count > 5 ? fill(words.rows_shown, { shown: visible.length, all: count }) : "";
      more.hidden = visible.length === rows.length;
      if (foot) foot.hidden = rows.length < count;
    }

    filter.addEventListener("input", () => {
      state.text = filter.value.trim().toLowerCase();
      draw();
    });
    printing.push(() => {
      state.all = true;
      draw();
    });
    draw();
  }

  // ---- map ---------------------------------------------------------------------------------------------------
  // A mark is [id, style, name, x, y, facts]; a credit is [estate number, place number, text].
  const known = new Map(data.map.marks.map((mark, number) => [mark[0], number]));
  const detail = document.getElementById("detail");
  let show = null;

  function goTo(id) {
    const number = known.get(id);
    document.getElementById("s-map").scrollIntoView();
    describe(number);
    if (show) show(number);
    detail.focus({ preventScroll: true });
  }

  function link(id, text) {
    const button = make("button", { type: "button", class: "jump" }, text);
    button.addEventListener("click", () => goTo(id));
    return button;
  }

  function describe(number) {
    const [id, style, name, , , facts] = data.map.marks[number];
    const list = make("dl");
    data.map.labels[style].forEach((label, n) => {
      if (facts[n]) list.append(make("dt", {}, label), make("dd", {}, facts[n]));
    });
    const nodes = [make("h3", {}, name + " (" + id + ")"), list];
    const mine = data.map.credits.filter((credit) => credit[0] === number || credit[1] === number);
    if (mine.length) {
      const isEstate = mine[0][0] === number;
      nodes.push(make("strong", {}, isEstate ? words.served_from : words.serves));
      const others = make("ul");
      mine.forEach((credit) => {
        const other = data.map.marks[isEstate ? credit[1] : credit[0]];
        const item = make("li");
        item.append(link(other[0], other[2] + " (" + other[0] + ")"), " " + credit[2]);
        others.append(item);
      });
      nodes.push(others);
    }
    detail.replaceChildren(...nodes);
  }

  const SHAPES = { estate_served: "circle", estate_short: "cross", estate_exempt: "circle", kept: "square", fresh: "triangle", spare: "circle" };
  const COLOURS = { estate_served: "--served", estate_short: "--short", estate_exempt: "--exempt", kept: "--kept", fresh: "--fresh", spare: "--spare" };
  const SIZES = { estate_served: 5, estate_short: 7, estate_exempt: 5, kept: 6, fresh: 8, spare: 3.5 };

  function startMap() {
    const L = window.L;
    const map = L.map("map", {
      crs: L.CRS.EPSG3857,
      preferCanvas: true,
      attributionControl: false,
      zoomControl: false,
      zoomSnap: 0.25,
      minZoom: 4,
      maxZoom: 19,
    });
    const canvas = L.canvas({ padding: 0.3, tolerance: 4 });
    const Shape = L.CircleMarker.extend({
      _updatePath: function () {
        const renderer = this._renderer;
        if (!renderer._drawing || this._empty()) return;
        const { x, y } = this._point;
        const r = this._radius;
        const pen = renderer._ctx;
        pen.beginPath();
        if (this.options.shape === "square") pen.rect(x - r, y - r, 2 * r, 2 * r);
        else if (this.options.shape === "triangle") {
          pen.moveTo(x, y - r);
          pen.lineTo(x + r, y + r * 0.8);
          pen.lineTo(x - r, y + r * 0.8);
          pen.closePath();
        } else if (this.options.shape === "cross") {
          pen.moveTo(x - r, y - r);
          pen.lineTo(x + r, y + r);
          pen.moveTo(x + r, y - r);
          pen.lineTo(x - r, y + r);
        } else pen.arc(x, y, r, 0, 2 * Math.PI);
        renderer._fillStroke(pen, this);
      },
    });
    const groups = {};
    const group = (name) => (groups[name] = groups[name] || L.layerGroup());
    const style = (name) => getComputedStyle(root).getPropertyValue(name).trim();
    const at = (mark) => [mark[4], mark[3]];
    const layers = data.map.marks.map((mark, number) => {
      if (mark[3] === null) return null;
      const kind = mark[1];
      const layer = new Shape(at(mark), { renderer: canvas, radius: SIZES[kind], shape: SHAPES[kind] });
      layer.bindTooltip(() => make("span", {}, mark[2] + " (" + mark[0] + ")"));
      layer.on("click", () => {
        describe(number);
        show(number);
      });
      return layer;
    });
    const lines = data.map.credits
      .filter((credit) => layers[credit[0]] && layers[credit[1]])
      .map((credit) => L.polyline([at(data.map.marks[credit[0]]), at(data.map.marks[credit[1]])], { renderer: canvas, interactive: false, weight: 1.5 }));
    function paint() {
      lines.forEach((line) => line.setStyle({ color: style("--line"), opacity: 0.8 }));
      layers.forEach((layer, number) => {
        if (!layer) return;
        const kind = data.map.marks[number][1];
        const colour = style(COLOURS[kind]);
        const outlined = kind === "spare" || kind === "estate_short";
        layer.setStyle({
          color: outlined ? colour : style("--sheet"),
          weight: kind === "estate_short" ? 3 : 1.2,
          fill: kind !== "estate_short",
          fillColor: kind === "spare" ? style("--sheet") : colour,
          fillOpacity: 0.95,
        });
      });
    }
    lines.forEach((line) => group("line").addLayer(line));
    ["spare", "estate_exempt", "estate_served", "estate_short", "kept", "fresh"].forEach((kind) => {
      layers.forEach((layer, number) => layer && data.map.marks[number][1] === kind && group(kind).addLayer(layer));
    });
    const placed = data.map.marks.filter((mark) => mark[3] !== null).map(at);
    const bounds = L.latLngBounds(placed).pad(0.06);
    map.fitBounds(bounds);
    paint();
    Object.values(groups).forEach((one) => one.addTo(map));
    themed.push(paint);
    L.control.zoom({ zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    document.querySelectorAll(".legend input").forEach((box) =>
      box.addEventListener("change", () => {
        const one = groups[box.value];
        if (one) one[box.checked ? "addTo" : "removeFrom"](map);
      })
    );
    document.getElementById("fit").addEventListener("click", () => map.fitBounds(bounds));
    let ring = null;
    show = (number) => {
      const mark = data.map.marks[number];
      if (ring) ring.remove();
      if (mark[3] === null) return;
      const mine = data.map.credits.filter((credit) => credit[0] === number || credit[1] === number);
      const near = mine.map((credit) => data.map.marks[credit[0] === number ? credit[1] : credit[0]]).filter((other) => other[3] !== null);
      ring = L.layerGroup([
        L.circleMarker(at(mark), { renderer: canvas, radius: 14, color: style("--accent"), weight: 3, fill: false, interactive: false }),
        ...near.map((other) => L.polyline([at(mark), at(other)], { renderer: canvas, color: style("--accent"), weight: 3, interactive: false })),
      ]).addTo(map);
      const focus = L.latLngBounds([at(mark), ...near.map(at)]).pad(0.8);
      if (!map.getBounds().contains(at(mark)) || map.getZoom() < map.getBoundsZoom(focus) - 2.5) {
        map.fitBounds(focus, { maxZoom: simple ? 1 : 16 });
      }
    };
    // For tests and for readers of the console: the map and what stands on it.
    window.siteplanner = { map: map, layers: layers.filter(Boolean).length, lines: lines.length };
  }

  if (data.map.marks.some((mark) => mark[3] !== null)) startMap();
  else document.getElementById("map").textContent = words.no_map;
  document.querySelectorAll("[data-table]").forEach(build);
  window.addEventListener("beforeprint", () => printing.forEach((expand) => expand()));
})();
