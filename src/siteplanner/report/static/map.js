"use strict";
// A map of one plan. A mark is [id, style number, name, x, y, facts, reasons]; facts are numbers of texts in the
// pool, a reason the numbers of a pattern and of what fills it; a credit is [estate mark, place mark, text]. Points are whole numbers: steps of 1/scale from the origin.
(function () {
  const { words, make, fill, colour } = window.page;
  const SHAPES = { estate_served: "circle", estate_short: "cross", estate_exempt: "circle", kept: "square", fresh: "triangle", spare: "circle" };
  const COLOURS = { estate_served: "--served", estate_short: "--short", estate_exempt: "--exempt", kept: "--kept", fresh: "--fresh", spare: "--spare" };
  const SIZES = { estate_served: 5, estate_short: 7, estate_exempt: 5, kept: 6, fresh: 8, spare: 3.5 };
  const LOW_TO_HIGH = ["spare", "estate_exempt", "estate_served", "estate_short", "kept", "fresh"];

  function shapeOf(L) {
    return L.CircleMarker.extend({
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
  }

  // What is said about a mark: facts, reasons, and who is served from where.
  function describer(tree, detail, goTo) {
    const link = (number) => {
      const mark = tree.marks[number];
      const button = make("button", { type: "button", class: "jump" }, mark[2] + " (" + mark[0] + ")");
      button.addEventListener("click", () => goTo(number));
      return button;
    };
    return (number) => {
      const [id, style, name, , , facts, reasons] = tree.marks[number];
      const list = make("dl");
      tree.labels[style].forEach((label, n) => {
        const text = tree.pool[facts[n]];
        if (text) list.append(make("dt", {}, label), make("dd", {}, text));
      });
      const nodes = [make("h3", {}, name + " (" + id + ")"), list];
      if (reasons.length) {
        const why = make("ul", { class: "why" });
        reasons.forEach(([pattern, ...parts]) => why.append(make("li", {}, fill(tree.pool[pattern], parts.map((n) => tree.pool[n])))));
        nodes.push(make("strong", {}, words.why), why);
      }
      const mine = tree.credits.filter((credit) => credit[0] === number || credit[1] === number);
      if (mine.length) {
        const isEstate = mine[0][0] === number;
        nodes.push(make("strong", {}, isEstate ? words.served_from : words.serves));
        const others = make("ul");
        mine.forEach((credit) => {
          const item = make("li");
          item.append(link(isEstate ? credit[1] : credit[0]), " " + tree.pool[credit[2]]);
          others.append(item);
        });
        nodes.push(others);
      }
      detail.replaceChildren(...nodes);
    };
  }

  // The ground under the marks: lines of whole steps, each point counted from the one before.
  function ground(L, map, tree, kind, look) {
    const lines = tree[kind].map((line) => {
      let x = 0;
      let y = 0;
      const points = [];
      for (let n = 0; n < line.length; n += 2) {
        x += line[n];
        y += line[n + 1];
        points.push([tree.origin[1] + y / tree.ground_scale, tree.origin[0] + x / tree.ground_scale]);
      }
      return points;
    });
    return L.polyline(lines, { renderer: map.back, interactive: false, smoothFactor: 1.5, ...look });
  }

  // Draw a tree into `host`; `detail` receives what is said, `legend` holds the boxes that turn layers on and off, `told` hears what is shown.
  function draw(host, tree, detail, legend, told) {
    const styleOf = (mark) => tree.styles[mark[1]];
    const placedMarks = tree.marks.filter((mark) => mark[3] !== null);
    if (!placedMarks.length) {
      host.textContent = words.no_map;
      const plain = describer(tree, detail, (number) => plain(number));
      return { map: null, show: plain, layers: 0, lines: 0 };
    }
    const L = window.L;
    const map = L.map(host, {
      crs: L.CRS.EPSG3857,
      preferCanvas: true,
      attributionControl: false,
      zoomControl: false,
      zoomSnap: 0.25,
      minZoom: 4,
      maxZoom: 19,
    });
    map.createPane("back").style.zIndex = 350;
    map.back = L.canvas({ padding: 0.3, pane: "back" });
    const canvas = L.canvas({ padding: 0.3, tolerance: 4 });
    const Shape = shapeOf(L);
    const point = (x, y) => [tree.origin[1] + y / tree.scale, tree.origin[0] + x / tree.scale];
    const at = (mark) => point(mark[3], mark[4]);
    const groups = {};
    const group = (name) => (groups[name] = groups[name] || L.layerGroup());
    let ring = null;

    function show(number, quiet) {
      describe(number);
      const mark = tree.marks[number];
      if (told) told(mark[0]);
      if (ring) ring.remove();
      if (mark[3] === null) return;
      const mine = tree.credits.filter((credit) => credit[0] === number || credit[1] === number);
      const near = mine.map((credit) => tree.marks[credit[0] === number ? credit[1] : credit[0]]).filter((other) => other[3] !== null);
      const drawn = [
        L.circleMarker(at(mark), { renderer: canvas, radius: 14, color: colour("--accent"), weight: 3, fill: false, interactive: false }),
        ...near.map((other) => L.polyline([at(mark), at(other)], { renderer: canvas, color: colour("--accent"), weight: 3, interactive: false })),
      ];
      if (tree.circle_m) drawn.push(L.circle(at(mark), { renderer: canvas, radius: tree.circle_m, color: colour("--accent"), weight: 1.5, fill: false, interactive: false }));
      ring = L.layerGroup(drawn).addTo(map);
      const focus = L.latLngBounds([at(mark), ...near.map(at)]).pad(0.8);
      if (!quiet && (!map.getBounds().contains(at(mark)) || map.getZoom() < map.getBoundsZoom(focus) - 2.5)) {
        map.fitBounds(focus, { maxZoom: 16 });
      }
    }
    const describe = describer(tree, detail, (number) => show(number));

    const layers = tree.marks.map((mark, number) => {
      if (mark[3] === null) return null;
      const style = styleOf(mark);
      const layer = new Shape(at(mark), { renderer: canvas, radius: SIZES[style], shape: SHAPES[style] });
      layer.bindTooltip(() => make("span", {}, mark[2] + " (" + mark[0] + ")"));
      layer.on("click", () => show(number));
      return layer;
    });
    const lines = tree.credits
      .filter((credit) => layers[credit[0]] && layers[credit[1]])
      .map((credit) => L.polyline([at(tree.marks[credit[0]]), at(tree.marks[credit[1]])], { renderer: canvas, interactive: false, weight: 1.5 }));
    const circles = tree.circle_m
      ? placedMarks
          .filter((mark) => styleOf(mark) === "fresh" || styleOf(mark) === "kept")
          .map((mark) => L.circle(at(mark), { renderer: map.back, radius: tree.circle_m, interactive: false, weight: 0.8 }))
      : [];
    const halos = (tree.differs || [])
      .filter((n) => tree.marks[n][3] !== null)
      .map((n) => L.circleMarker(at(tree.marks[n]), { renderer: canvas, radius: 13, weight: 2.5, dashArray: "4 3", fill: false, interactive: false }));
    const below = [
      ["roads", "--road", { weight: 1.4 }],
      ["borders", "--border", { weight: 2, dashArray: "6 5" }],
    ]
      .filter(([kind]) => tree[kind].length)
      .map(([kind, ink, look]) => [kind, ink, ground(L, map, tree, kind, look)]);

    function paint() {
      below.forEach(([, ink, layer]) => layer.setStyle({ color: colour(ink) }));
      circles.forEach((circle) => circle.setStyle({ color: colour("--circle"), fillColor: colour("--circle"), opacity: 0.55, fillOpacity: 0.05 }));
      halos.forEach((halo) => halo.setStyle({ color: colour("--short") }));
      lines.forEach((line) => line.setStyle({ color: colour("--line"), opacity: 0.8 }));
      layers.forEach((layer, number) => {
        if (!layer) return;
        const style = styleOf(tree.marks[number]);
        const own = colour(COLOURS[style]);
        const outlined = style === "spare" || style === "estate_short";
        layer.setStyle({
          color: outlined ? own : colour("--sheet"),
          weight: style === "estate_short" ? 3 : 1.2,
          fill: style !== "estate_short",
          fillColor: style === "spare" ? colour("--sheet") : own,
          fillOpacity: 0.95,
        });
      });
    }
    below.forEach(([kind, , layer]) => group(kind).addLayer(layer));
    circles.forEach((circle) => group("circle").addLayer(circle));
    lines.forEach((line) => group("line").addLayer(line));
    halos.forEach((halo) => group("differs").addLayer(halo));
    LOW_TO_HIGH.forEach((style) => layers.forEach((layer, n) => layer && styleOf(tree.marks[n]) === style && group(style).addLayer(layer)));
    const around = (marks) => L.latLngBounds(marks.map(at)).pad(0.06);
    map.fitBounds(around(placedMarks));
    // Seen from afar marks are smaller, so that a town is not one heap.
    const resize = () => {
      const factor = Math.min(1.1, Math.max(0.6, 0.6 + (map.getZoom() - 11) * 0.12));
      layers.forEach((layer, n) => layer && layer.setRadius(SIZES[styleOf(tree.marks[n])] * factor));
    };
    map.on("zoomend", resize);
    resize();
    paint();
    Object.values(groups).forEach((one) => one.addTo(map));
    window.page.themed.push(paint);
    L.control.zoom({ zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    legend.querySelectorAll("input").forEach((box) => {
      const turn = () => groups[box.value] && groups[box.value][box.checked ? "addTo" : "removeFrom"](map);
      box.addEventListener("change", turn);
      turn();
    });
    // The whole map, or the marks of one township, whose name is the first fact of every mark.
    const fit = (town) => {
      const wanted = town ? placedMarks.filter((mark) => tree.pool[mark[5][0]] === town) : placedMarks;
      map.fitBounds(around(wanted), { maxZoom: 16 });
    };
    return { map, show, fit, layers: layers.filter(Boolean).length, lines: lines.length, circles: circles.length };
  }

  // A list of townships to look at, and a box that finds marks by name or id: the way to the map for a keyboard.
  function finder(host, tree, drawn, show) {
    const select = make("select", { "aria-label": words.look_at });
    select.append(make("option", { value: "" }, words.fit));
    const towns = new Set(tree.marks.filter((mark) => mark[3] !== null).map((mark) => tree.pool[mark[5][0]]));
    [...towns].filter(Boolean).sort().forEach((town) => select.append(make("option", { value: town }, town)));
    if (drawn.fit) select.addEventListener("change", () => drawn.fit(select.value));
    const input = make("input", { type: "search", placeholder: words.find, "aria-label": words.find });
    const list = make("ul", { class: "found", "aria-live": "polite" });
    input.addEventListener("input", () => {
      const text = input.value.trim().toLowerCase();
      const hits = [];
      for (let n = 0; text && n < tree.marks.length && hits.length < 8; n++) {
        if ((tree.marks[n][2] + " " + tree.marks[n][0]).toLowerCase().includes(text)) hits.push(n);
      }
      list.replaceChildren(
        ...hits.map((n) => {
          const item = make("li");
          const button = make("button", { type: "button", class: "jump" }, tree.marks[n][2] + " (" + tree.marks[n][0] + ")");
          button.addEventListener("click", () => show(n));
          item.append(button);
          return item;
        })
      );
    });
    host.append(select, input, list);
  }

  window.page.drawMap = draw;
  window.page.finder = finder;
})();
