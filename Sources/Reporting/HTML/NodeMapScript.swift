// SPDX-License-Identifier: Apache-2.0

/// What maps of nodes do beyond being looked at: one of them at a time, the window of time of the
/// charts, and the value under the pointer.
enum NodeMapScript {
  static let javaScript = #"""
    function runs(text) {
      var all = [];
      text.split(',').forEach(function (p) {
        var q = p.split('*'), n = +(q[1] || 1);
        while (n--) all.push(q[0]);
      });
      return all;
    }
    function cells() {
      document.querySelectorAll('svg.cells').forEach(function (s) {
        var w = +s.dataset.w || SIDE, h = +s.dataset.h || 1;
        s.setAttribute('viewBox', [from / total * w, 0, (to - from) / total * w, h].join(' '));
      });
      document.querySelectorAll('.field .xt').forEach(function (b) {
        var step = timeStep((to - from) / (b.parentNode.clientWidth < 420 ? 4 : 6));
        label(b, 'left', ticks(from, to, step).map(function (x) {
          return [(x - from) / (to - from), clock(x, step)];
        }));
      });
    }
    function heat(h) {
      var rows = [].slice.call(h.querySelectorAll('.rows i')), names = h.dataset.names.split(',');
      var columns = +h.dataset.columns, width = +h.dataset.width;
      var figures = [].slice.call(h.querySelectorAll('figure'));
      var buttons = [].slice.call(h.querySelectorAll('.views button'));
      function value(row, key, column) {
        if (!row.seen) row.seen = {};
        if (!row.seen[key]) row.seen[key] = runs(row.dataset[key]);
        return row.seen[key][column];
      }
      function words(view, row, column) {
        var step = width >= 3600 ? 3600 : width >= 60 ? 60 : 1;
        var text = row.dataset.n + ', ' + clock(+(column * width).toFixed(3), step) + ' to '
          + clock(+((column + 1) * width).toFixed(3), step) + ': ';
        var ready = value(row, 'r', column), gpu = value(row, 'g', column), f = +value(row, 'f', column);
        if (ready === '-') return text + 'no node';
        if (view === 'gpu') return text + (gpu === '-' ? 'no GPUs' : gpu + ' % of GPUs in use');
        if (view === 'faults') return text + (f === 0 ? 'no open fault' : f === 1 ? '1 open fault'
          : f + ' open faults');
        return text + names[+value(row, 's', column)] + ', ready ' + ready + ' % of the time';
      }
      function show(view) {
        figures.forEach(function (f) { f.hidden = f.dataset.view !== view; });
        buttons.forEach(function (b) { b.setAttribute('aria-pressed', b.dataset.view === view); });
        cells();
      }
      buttons.forEach(function (b) {
        b.addEventListener('click', function () { show(b.dataset.view); });
      });
      figures.forEach(function (f) {
        var plot = f.querySelector('.field'), tip = made(plot, 'tip');
        watch({ plot: plot, chosen: made(plot, 'chosen') });
        plot.addEventListener('pointermove', function (e) {
          var r = plot.getBoundingClientRect(), x = e.clientX - r.left, y = e.clientY - r.top;
          var column = Math.floor(timeAt({ plot: plot }, e) / width);
          var row = Math.floor(y / r.height * rows.length);
          tip.hidden = !(row in rows) || column < 0 || column >= columns;
          if (tip.hidden) return;
          tip.textContent = words(f.dataset.view, rows[row], column);
          var isRight = x > r.width / 2, isLow = y > r.height / 2;
          tip.style.left = isRight ? '' : x + 12 + 'px';
          tip.style.right = isRight ? r.width - x + 12 + 'px' : '';
          tip.style.top = isLow ? '' : y + 12 + 'px';
          tip.style.bottom = isLow ? r.height - y + 12 + 'px' : '';
        });
        plot.addEventListener('pointerleave', function () { tip.hidden = true; });
      });
      if (figures.length) show(figures[0].dataset.view);
    }
    document.querySelectorAll('.heat').forEach(heat);
    """#

  /// What headless browsers are asked to do with maps; `seen` is written down.
  static let selfTest = #"""
    function tryHeats(seen) {
      document.querySelectorAll('.heat figure').forEach(function (f) {
        var n = 0;
        f.querySelectorAll('path').forEach(function (p) {
          (p.getAttribute('d').match(/h\d+/g) || []).forEach(function (h) { n += +h.slice(1); });
        });
        f.dataset.drawn = n;
      });
      seen.heats = document.querySelectorAll('.heat').length;
      seen.tips = [];
      var h = document.querySelector('.heat');
      if (!h) return;
      var count = h.querySelectorAll('.rows i').length;
      [].forEach.call(h.querySelectorAll('.views button'), function (b) {
        b.click();
        var f = [].filter.call(h.querySelectorAll('figure'), function (f) { return !f.hidden; });
        var plot = f[0].querySelector('.field'), r = plot.getBoundingClientRect();
        // The middle of the time, in the first row.
        plot.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, pointerId: 1,
          clientX: r.left + r.width * 0.501, clientY: r.top + r.height * 0.5 / count }));
        seen.tips.push(f.length + ' ' + f[0].querySelector('.tip').textContent);
        plot.dispatchEvent(new PointerEvent('pointerleave', { pointerId: 1 }));
      });
      h.querySelector('.views button').click();
    }
    """#
}
