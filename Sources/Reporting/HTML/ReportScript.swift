// SPDX-License-Identifier: Apache-2.0

/// What a report can do beyond being read: one window of time for all charts, chosen by dragging,
/// and one crosshair. Without it the page is complete.
///
/// Values are read back from the drawings, to a ten-thousandth of the axis. Errors of the page stand
/// in `data-errors` of the root; with `#selftest` it exercises itself and writes what it saw into
/// `data-selftest`.
enum ReportScript {
  static var javaScript: String {
    [reading, drawing, pointing, NodeMapScript.javaScript, NodeMapScript.selfTest, selfTest]
      .joined(separator: "\n")
  }

  /// Numbers, units and steps as `QuantityText` and `AxisTicks` write them.
  private static let reading = #"""
    (function () {
    'use strict';
    var root = document.documentElement, errors = [];
    function note() { root.dataset.errors = errors.length ? errors.join('; ') : 'none'; }
    addEventListener('error', function (e) { errors.push(e.message); note(); });
    addEventListener('securitypolicyviolation', function (e) { errors.push(e.blockedURI); note(); });
    note();
    root.classList.add('scripted');
    var SIDE = 10000;
    var main = document.querySelector('main'), total = +main.dataset.duration || 1;
    var from = 0, to = total, at = null, charts = [];
    var TIMES = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200,
      86400, 172800];
    var DURATIONS = [['d', 86400, 172800], ['h', 3600, 7200], ['min', 60, 120], ['s', 1, 1],
      ['ms', 1e-3, 1e-3], ['µs', 1e-6, 1e-6], ['ns', 1e-9, 0]];
    var SIZES = [['TB', 1e12, 1e12], ['GB', 1e9, 1e9], ['MB', 1e6, 1e6], ['kB', 1e3, 1e3], ['B', 1, 0]];
    function number(v) {
      var a = Math.abs(v);
      if (a >= 1000) return Math.round(v).toString().replace(/\B(?=(\d{3})+$)/g, ',');
      return String(+v.toPrecision(4));
    }
    function scaled(v, steps) {
      var s = steps.find(function (s) { return v === 0 ? s[1] === 1 : Math.abs(v) >= s[2]; });
      return number(v / s[1]) + ' ' + s[0];
    }
    function quantity(v, unit) {
      if (unit === 's') return scaled(v, DURATIONS);
      if (unit === 'B') return scaled(v, SIZES);
      if (unit === 'B/s') return scaled(v, SIZES) + '/s';
      if (unit === '%') return number(v) + '%';
      return number(v);
    }
    function decimal(least) {
      var p = Math.pow(10, Math.floor(Math.log10(least)));
      return p * [1, 2, 5, 10].find(function (f) { return f * p >= least * (1 - 1e-9); });
    }
    function timeStep(least) {
      if (least <= 1) return decimal(least);
      var s = TIMES.find(function (s) { return s >= least; });
      return s || decimal(least / 86400) * 86400;
    }
    function ticks(low, high, step) {
      var all = [];
      for (var i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) all.push(i * step);
      return all;
    }
    function clock(v, step) {
      var u = step >= 86400 ? [86400, 'd'] : step >= 3600 ? [3600, 'h'] : step >= 60 ? [60, 'min'] : [1, 's'];
      return String(+(v / u[0]).toPrecision(6)) + ' ' + u[1];
    }
    function places(path) {
      var n = (path.getAttribute('d').match(/-?\d+/g) || []).map(Number), all = [], x = 0, y = 0;
      for (var i = 0; i + 1 < n.length; i += 2) { x += n[i]; y += n[i + 1]; all.push([x, y]); }
      return all;
    }
    """#

  /// The window of time.
  private static let drawing = #"""
    function lines(c) {
      if (!c.lines) c.lines = [].map.call(c.figure.querySelectorAll('g.line'), function (g) {
        var last = places(g.querySelector('.last')), band = places(g.querySelector('.band')), n = last.length;
        return last.map(function (p, i) {
          return { x: p[0], last: p[1], high: band[i][1], low: band[2 * n - 1 - i][1] };
        });
      });
      return c.lines;
    }
    function isShown(c) { return c.figure.getClientRects().length > 0; }
    function label(box, side, list) {
      box.textContent = '';
      list.forEach(function (t) {
        var s = document.createElement('span');
        s.style[side] = t[0] * 100 + '%';
        s.textContent = t[1];
        box.appendChild(s);
      });
    }
    function draw(c) {
      if (!isShown(c)) { c.isStale = true; return; }
      c.isStale = false;
      var x0 = from / total * SIDE, x1 = to / total * SIDE, isWhole = from === 0 && to === total;
      var low = 0, high = c.top;
      if (!isWhole) {
        var y0 = SIDE, y1 = 0;
        lines(c).forEach(function (l) { l.forEach(function (p, i) {
          var isNear = p.x >= x0 && p.x <= x1 || (l[i + 1] && p.x < x0 && l[i + 1].x > x1);
          if (isNear) { y0 = Math.min(y0, p.high); y1 = Math.max(y1, p.low); }
        }); });
        if (y0 <= y1) {
          high = (1 - y0 / SIDE) * c.top; low = (1 - y1 / SIDE) * c.top;
          var pad = (high - low) * 0.06 || high * 0.1 || c.top * 0.1;
          low = Math.max(0, low - pad); high += pad;
        }
      }
      c.svg.setAttribute('viewBox', [x0, (1 - high / c.top) * SIDE, x1 - x0,
        (high - low) / c.top * SIDE].join(' '));
      var isTime = c.unit === 's' && high >= 120;
      var ys = ticks(low, high, (isTime ? timeStep : decimal)((high - low) / 4));
      c.grid.setAttribute('d', ys.map(function (y) { return 'M0 ' + (1 - y / c.top) * SIDE + 'h' + SIDE; }).join(''));
      label(c.yt, 'top', ys.map(function (y) { return [(high - y) / (high - low), quantity(y, c.unit)]; }));
      var step = timeStep((to - from) / (c.plot.clientWidth < 420 ? 4 : 6));
      label(c.xt, 'left', ticks(from, to, step).map(function (x) {
        return [(x - from) / (to - from), clock(x, step)];
      }));
      point(c);
    }
    function drawAll() { charts.forEach(draw); cells(); }
    function zoom(a, b) {
      var least = total / 500;
      a = Math.max(0, a); b = Math.min(total, b);
      if (b - a < least) { var m = (a + b) / 2; a = Math.max(0, m - least / 2); b = Math.min(total, a + least); }
      from = a; to = b;
      drawAll();
    }
    function scale(f) {
      var m = at === null ? (from + to) / 2 : at;
      zoom(m - (m - from) * f, m + (to - m) * f);
    }
    """#

  /// The crosshair, and what fingers, mouse and keys do.
  private static let pointing = #"""
    function point(c) {
      var isOn = at !== null && at >= from && at <= to;
      c.cross.hidden = !isOn;
      if (isOn) c.cross.style.left = (at - from) / (to - from) * 100 + '%';
      c.at.textContent = isOn ? 'at ' + number(at) + ' s' : '';
      if (!isOn) { c.keys.forEach(function (k, i) { k.textContent = c.texts[i]; }); return; }
      var x = at / total * SIDE;
      lines(c).forEach(function (l, i) {
        var best = l[0];
        l.forEach(function (p) { if (Math.abs(p.x - x) < Math.abs(best.x - x)) best = p; });
        function value(y) { return quantity(+((1 - y / SIDE) * c.top).toPrecision(4), c.unit); }
        c.keys[i].textContent = best.low === best.high ? value(best.last)
          : value(best.low) + ' to ' + value(best.high) + ', last ' + value(best.last);
      });
    }
    function pointAll(t) {
      at = t;
      charts.forEach(function (c) { if (isShown(c)) point(c); });
    }
    function timeAt(c, e) {
      var r = c.plot.getBoundingClientRect();
      return from + Math.min(1, Math.max(0, (e.clientX - r.left) / r.width)) * (to - from);
    }
    function watch(c) {
      var start = null;
      c.plot.addEventListener('pointerdown', function (e) {
        start = { x: e.clientX, t: timeAt(c, e) };
        try { c.plot.setPointerCapture(e.pointerId); } catch (ignored) { }
      });
      c.plot.addEventListener('pointermove', function (e) {
        var t = timeAt(c, e);
        pointAll(t);
        c.chosen.hidden = !start;
        if (!start) return;
        var a = Math.min(t, start.t), b = Math.max(t, start.t);
        c.chosen.style.left = (a - from) / (to - from) * 100 + '%';
        c.chosen.style.width = (b - a) / (to - from) * 100 + '%';
      });
      c.plot.addEventListener('pointerup', function (e) {
        var s = start, t = timeAt(c, e);
        start = null;
        c.chosen.hidden = true;
        if (s && Math.abs(e.clientX - s.x) > 8) zoom(Math.min(s.t, t), Math.max(s.t, t));
      });
      c.plot.addEventListener('pointercancel', function () { start = null; c.chosen.hidden = true; });
      c.plot.addEventListener('pointerleave', function () { if (!start) pointAll(null); });
      c.plot.addEventListener('dblclick', function () { zoom(0, total); });
      c.plot.addEventListener('keydown', function (e) {
        var step = (to - from) / 50, t = at === null ? (from + to) / 2 : at;
        if (e.key === 'ArrowLeft') pointAll(Math.max(from, t - step));
        else if (e.key === 'ArrowRight') pointAll(Math.min(to, t + step));
        else if (e.key === '+') scale(0.5);
        else if (e.key === '-') scale(2);
        else if (e.key === 'Escape') { at = null; zoom(0, total); }
        else return;
        e.preventDefault();
      });
    }
    function made(parent, name) {
      var d = document.createElement('div');
      d.className = name; d.hidden = true;
      return parent.appendChild(d);
    }
    document.querySelectorAll('figure.time').forEach(function (f) {
      var keys = [].slice.call(f.querySelectorAll('.v')), plot = f.querySelector('.plot');
      var c = { figure: f, plot: plot, svg: f.querySelector('svg'), grid: f.querySelector('.grid'),
        yt: f.querySelector('.yt'), xt: f.querySelector('.xt'), at: f.querySelector('.at'), keys: keys,
        texts: keys.map(function (k) { return k.textContent; }), top: +f.dataset.top, unit: f.dataset.unit,
        cross: made(plot, 'cross'), chosen: made(plot, 'chosen') };
      charts.push(c);
      watch(c);
    });
    document.querySelectorAll('[data-zoom]').forEach(function (b) {
      b.addEventListener('click', function () {
        if (b.dataset.zoom === 'all') { at = null; zoom(0, total); } else scale(+b.dataset.zoom);
      });
    });
    document.addEventListener('toggle', function () {
      charts.forEach(function (c) { if (c.isStale && isShown(c)) draw(c); });
    }, true);
    if (charts.length && main.clientWidth < 500) drawAll();
    """#

  /// What headless browsers are asked to do.
  private static let selfTest = #"""
    if (location.hash === '#selftest') {
      var seen = {}, view = function () {
        return charts.map(function (c) { return c.svg.getAttribute('viewBox'); });
      };
      try {
        document.querySelectorAll('details').forEach(function (d) { d.open = true; });
        document.querySelectorAll('figure.chart').forEach(function (f) {
          var n = 0;
          f.querySelectorAll('.line .last').forEach(function (p) { n += places(p).length; });
          f.dataset.drawn = n + f.querySelectorAll('svg.lp circle').length;
        });
        tryHeats(seen);
        seen.charts = charts.length;
        seen.shown = charts.filter(isShown).length;
        if (charts.length) {
          var c = charts[0], send = function (type, share) {
            var r = c.plot.getBoundingClientRect();
            c.plot.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 1,
              clientX: r.left + share * r.width, clientY: r.top + r.height / 2 }));
          };
          drawAll();
          var before = view();
          send('pointerdown', 0.25); send('pointermove', 0.5); send('pointerup', 0.5);
          seen.from = +(from / total).toFixed(3);
          seen.to = +(to / total).toFixed(3);
          seen.zoomed = view().filter(function (v, i) { return v !== before[i]; }).length;
          send('pointermove', 0.5);
          seen.crosses = charts.filter(function (c) { return !c.cross.hidden; }).length;
          seen.readout = c.keys[0].textContent;
          send('pointerleave', 0.5);
          c.plot.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
          seen.restored = view().filter(function (v, i) { return v === before[i]; }).length;
          seen.texts = c.keys[0].textContent === c.texts[0];
        }
        seen.width = innerWidth;
        seen.overflow = Math.max(0, root.scrollWidth - root.clientWidth);
      } catch (e) { errors.push(String(e)); note(); }
      root.dataset.selftest = JSON.stringify(seen);
    }
    })();
    """#
}
