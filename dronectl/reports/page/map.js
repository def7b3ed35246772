(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("map-data").textContent);
  var box = document.getElementById("map"), say = data.say;
  var colour = {PROHIBITED: "#D55E00", REQ_AUTHORIZATION: "#B07500", CONDITIONAL: "#6b6400", USPACE: "#0072B2",
    PRIVACY: "#A0457A", CROWD: "#2277AA", NO_RESTRICTION: "#666666", UNKNOWN: "#5b2a86"};
  var map = L.map(box, {attributionControl: false, zoomSnap: 0.25, renderer: L.svg({padding: 1})});
  L.control.scale({imperial: false}).addTo(map);
  function text(lines) {
    var div = document.createElement("div");
    lines.filter(Boolean).forEach(function (line, i) {
      var p = document.createElement(i ? "div" : "strong");
      p.textContent = line;
      div.appendChild(p);
    });
    return div;
  }
  var bounds = L.latLngBounds([]), hits = {}, moving = [];
  data.views.forEach(function (view) {
    L.geoJSON(view.geometry, {style: {color: "#0072B2", weight: 1, fill: true, fillColor: "#56B4E9", fillOpacity: 0.12}})
      .bindPopup(text([view.label])).addTo(map);
  });
  data.paths.forEach(function (path) {
    path.points.forEach(function (p) { bounds.extend([p[1], p[0]]); });
  });
  map.fitBounds(bounds.pad(0.35), {animate: false, maxZoom: 18});
  data.zones.forEach(function (zone) {
    var shape = L.geoJSON(zone.geometry, {style: {className: "z-" + zone.look, color: colour[zone.look], weight: 2,
      dashArray: zone.doubt ? "4 4" : null, fillOpacity: zone.look === "USPACE" ? 0.15 : 1}});
    shape.bindPopup(text([zone.name, zone.id + " · " + zone.kind, zone.band, zone.hours, zone.doubt]));
    shape.bindTooltip(zone.id);
    shape.addTo(map);
    if (zone.when) {
      moving.push({shape: shape, spans: zone.when.map(function (span) { return span.map(Date.parse); })});
    }
  });
  var dashes = {"flight-geography": null, "contingency-volume": "6 4", "ground-risk-buffer": "2 5"};
  data.volumes.forEach(function (volume) {
    L.geoJSON(volume.geometry, {style: {color: "#333", weight: 1.5, dashArray: dashes[volume.name], fill: true,
      fillColor: "#777", fillOpacity: 0.06}}).bindPopup(text([volume.label])).addTo(map);
  });
  data.paths.forEach(function (path) {
    var line = path.points.map(function (p) { return [p[1], p[0]]; });
    L.polyline(line, {color: "#fff", weight: 7, interactive: false}).addTo(map);
    L.polyline(line, {color: "#000", weight: 2.5}).bindPopup(text([path.name])).addTo(map);
    path.points.forEach(function (p, i) {
      if (path.points.length > 60 && i % Math.ceil(path.points.length / 12)) { return; }
      L.marker([p[1], p[0]], {keyboard: false, icon: L.divIcon({className: "pathnum", html: String(i), iconSize: [16, 16]})})
        .bindPopup(text([say.point + " " + i, p[2], p[3]])).addTo(map);
    });
  });
  data.pieces.forEach(function (piece) {
    var line = piece.line.map(function (p) { return [p[1], p[0]]; });
    var group = L.featureGroup().addTo(map);
    L.polyline(line, {color: piece.failed ? "#D55E00" : "#5b2a86", weight: 5, dashArray: "9 6"})
      .bindPopup(text([piece.rule, piece.message])).addTo(group);
    L.marker(line[0], {title: piece.rule, icon: L.divIcon({className: "hit", html: String(piece.number), iconSize: [20, 20]})})
      .bindPopup(text([piece.rule, piece.message])).addTo(group);
    (hits[piece.number] = hits[piece.number] || []).push(group);
  });
  Array.prototype.forEach.call(document.querySelectorAll("button.go"), function (button) {
    button.addEventListener("click", function () {
      var found = hits[button.getAttribute("data-hit")];
      if (!found) { return; }
      var area = L.latLngBounds([]);
      found.forEach(function (group) { area.extend(group.getBounds()); });
      map.fitBounds(area.pad(0.6), {maxZoom: 18, animate: false});
      found[0].getLayers()[0].openPopup();
      box.scrollIntoView({block: "nearest"});
    });
  });
  function clock() {
    var slider = document.querySelector("#clock input"), said = document.getElementById("clock-said");
    var together = document.querySelector("#clock button");
    var ends = [], drones = [];
    moving.forEach(function (crowd) { crowd.spans.forEach(function (span) { ends.push(span[0], span[1]); }); });
    data.paths.forEach(function (path) {
      path.points.forEach(function (p) { if (p[3]) { ends.push(Date.parse(p[3])); } });
      if (path.points.length && path.points.every(function (p) { return p[3]; })) {
        drones.push({points: path.points, mark: L.marker([0, 0], {keyboard: false, zIndexOffset: 1000,
          icon: L.divIcon({className: "drone", iconSize: [14, 14]})})});
      }
    });
    var first = Math.min.apply(null, ends), last = Math.max.apply(null, ends);
    slider.max = String(Math.max(1, Math.ceil((last - first) / 1000)));
    function place(points, now) {
      for (var i = 1; i < points.length; i += 1) {
        var begin = Date.parse(points[i - 1][3]), end = Date.parse(points[i][3]);
        if (begin <= now && now <= end) {
          var part = end > begin ? (now - begin) / (end - begin) : 0;
          return [points[i - 1][1] + part * (points[i][1] - points[i - 1][1]),
            points[i - 1][0] + part * (points[i][0] - points[i - 1][0])];
        }
      }
      return null;
    }
    function show() {
      var now = Math.min(last, first + 1000 * Number(slider.value)), there = 0, flying = 0;
      moving.forEach(function (crowd) {
        var on = crowd.spans.some(function (span) { return span[0] <= now && now <= span[1]; });
        there += on ? 1 : 0;
        if (on) { crowd.shape.addTo(map); } else { crowd.shape.remove(); }
      });
      drones.forEach(function (drone) {
        var at = place(drone.points, now);
        flying += at ? 1 : 0;
        if (at) { drone.mark.setLatLng(at).addTo(map); } else { drone.mark.remove(); }
      });
      said.textContent = new Date(now).toISOString().slice(0, 19) + "Z, " + (there ? say.crowd_there : say.crowd_gone) +
        (drones.length ? ", " + (flying ? say.drone_there : say.drone_gone) : "");
      together.disabled = false;
    }
    function all() {
      moving.forEach(function (crowd) { crowd.shape.addTo(map); });
      drones.forEach(function (drone) { drone.mark.remove(); });
      said.textContent = say.together;
      together.disabled = true;
    }
    slider.addEventListener("input", function frame() {
      moving.forEach(function (crowd) { bounds.extend(crowd.shape.getBounds()); });
      map.fitBounds(bounds.pad(0.1), {animate: false, maxZoom: 18});
      slider.removeEventListener("input", frame);
    });
    slider.addEventListener("input", show);
    together.addEventListener("click", all);
    window.addEventListener("beforeprint", all);
  }
  if (moving.length) { clock(); }
  window.addEventListener("beforeprint", function () { map.invalidateSize(false); });
  box.setAttribute("data-drawn", String(data.zones.length));
})();
