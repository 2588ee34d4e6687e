// Draws a layout. Only rows in sight are drawn, and boxes of at least half a pixel; narrower
// siblings share one grey sliver. `rows` keeps what was drawn, to find the box below the pointer.
const ROW = 21;
const NARROW = 0.5;

function makeCanvas(canvas, scroller, spacer) {
  const pen = canvas.getContext("2d", { alpha: false });
  const state = { rows: [], depth: 0, flame: false, height: 0, scale: 1, picture: null };

  /// Boxes by row, below the zoomed node; its ancestors stand above it, across the whole width.
  function place(picture) {
    const { view, layout, zoom } = picture;
    const width = scroller.clientWidth, rows = [];
    for (let at = zoom; ; at = view.parent[at]) {
      rows[view.depth[at]] = [{ node: at, x: 0, width, above: at !== zoom }];
      if (at === 0) break;
    }
    const unit = layout.width[zoom] > 0 ? width / layout.width[zoom] : 0;
    const open = [zoom], left = layout.x[zoom];
    while (open.length > 0) {
      const node = open.pop();
      const row = rows[view.depth[node] + 1] || (rows[view.depth[node] + 1] = []);
      const shown = [];
      for (let next = layout.begin[node]; next < layout.begin[node + 1]; ++next) {
        const child = layout.children[next];
        const x = (layout.x[child] - left) * unit, wide = layout.width[child] * unit;
        if (wide < NARROW) {
          let rest = 0;
          for (let at = next; at < layout.begin[node + 1]; ++at) rest += layout.width[layout.children[at]];
          if (rest * unit >= NARROW) row.push({ node: -1, x, width: rest * unit, above: false });
          break;
        }
        row.push({ node: child, x, width: wide, above: false });
        shown.push(child);
      }
      while (shown.length > 0) open.push(shown.pop());
    }
    while (rows.length > 0 && rows[rows.length - 1].length === 0) rows.pop();
    return rows;
  }

  function resize() {
    const width = scroller.clientWidth, height = scroller.clientHeight;
    const scale = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    state.scale = scale;
  }

  const topOf = (row) => (state.flame ? state.height - (row + 1) * ROW : row * ROW);

  function hatch(x, y, width, colour) {
    pen.save();
    pen.beginPath();
    pen.rect(x, y, width, ROW - 1);
    pen.clip();
    pen.strokeStyle = colour;
    pen.lineWidth = 1.5;
    pen.beginPath();
    for (let at = x - ROW; at < x + width; at += 6) {
      pen.moveTo(at, y + ROW);
      pen.lineTo(at + ROW, y);
    }
    pen.stroke();
    pen.restore();
  }

  function drawBox(box, y, look, paper) {
    const width = Math.max(box.width - (box.width > 3 ? 1 : 0), 0.5);
    pen.globalAlpha = look.faded ? 0.4 : box.above ? 0.65 : 1;
    pen.fillStyle = look.fill;
    pen.fillRect(box.x, y, width, ROW - 1);
    if (look.hatched) hatch(box.x, y, width, paper.hatch);
    if (look.inlined && width > 4) {
      pen.fillStyle = paper.faint;
      for (let x = box.x; x < box.x + width - 2; x += 5) pen.fillRect(x, y + ROW - 3, 3, 1);
    }
    if (look.outline) {
      pen.strokeStyle = paper.match;
      pen.lineWidth = 2;
      pen.strokeRect(box.x + 1, y + 1, Math.max(width - 2, 1), ROW - 3);
    }
    if (width > 26) drawLabel(box, y, width, look, paper);
    pen.globalAlpha = 1;
  }

  function drawLabel(box, y, width, look, paper) {
    pen.font = `${look.inlined ? "italic " : ""}${look.strong ? "600 " : ""}12px system-ui, sans-serif`;
    const room = width - 10;
    const text = fitText(look.label, room);
    if (text === "") return;
    pen.fillStyle = look.text || paper.text;
    pen.fillText(text, box.x + 5, y + 14.5);
    const used = pen.measureText(text).width;
    if (text !== look.label || !look.detail) return;
    pen.font = "11px system-ui, sans-serif";
    const detail = fitText(look.detail, room - used - 10);
    if (detail === look.detail) {
      pen.fillStyle = look.text || paper.faint;
      pen.fillText(detail, box.x + 5 + used + 10, y + 14.5);
    }
  }

  /// As many characters as there is room for, the last one "…" when some are left out.
  function fitText(text, room) {
    if (room < 12) return "";
    if (pen.measureText(text).width <= room) return text;
    let low = 0, high = Math.min(text.length, Math.ceil(room / 3));
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (pen.measureText(text.slice(0, middle) + "…").width <= room) low = middle;
      else high = middle - 1;
    }
    return low < 2 ? "" : text.slice(0, low) + "…";
  }

  function paint() {
    const { picture } = state;
    const paper = PAPER[theme.current()];
    resize();
    pen.setTransform(state.scale, 0, 0, state.scale, 0, 0);
    pen.fillStyle = paper.edge;
    pen.fillRect(0, 0, scroller.clientWidth, scroller.clientHeight);
    const scrolled = scroller.scrollTop;
    state.rows.forEach((row, depth) => {
      const y = topOf(depth) - scrolled;
      if (y < -ROW || y > scroller.clientHeight) return;
      for (const box of row) drawBox(box, y, picture.look(box.node), paper);
      for (const box of row) {
        if (box.node !== picture.focus || box.node < 0) continue;
        pen.strokeStyle = paper.focus;
        pen.lineWidth = 2;
        pen.strokeRect(box.x + 1, y + 1, Math.max(box.width - 3, 1), ROW - 3);
      }
    });
  }

  return {
    /// picture: {view, layout, zoom, focus, flame, look(node)}
    show(picture) {
      const wasFlame = state.flame, below = state.height - scroller.scrollTop;
      state.picture = picture;
      state.flame = picture.flame;
      state.rows = place(picture);
      const content = Math.max(state.rows.length, 1) * ROW;
      const room = Math.max(240, Math.round(window.innerHeight * 0.62));
      scroller.style.height = `${Math.min(content, room)}px`;
      state.height = Math.max(content, scroller.clientHeight);
      spacer.style.height = `${state.height - scroller.clientHeight}px`;
      resize();  // what can be scrolled depends on it
      if (picture.flame) scroller.scrollTop = wasFlame ? state.height - below : state.height;
      paint();
    },
    paint,
    /// The node at a point of the window, or -1.
    nodeAt(clientX, clientY) {
      const frame = canvas.getBoundingClientRect();
      const y = clientY - frame.top + scroller.scrollTop, x = clientX - frame.left;
      const row = state.flame ? Math.floor((state.height - y) / ROW) : Math.floor(y / ROW);
      for (const box of state.rows[row] || []) {
        if (x >= box.x && x < box.x + box.width) return box.node;
      }
      return -1;
    },
    /// The box of a node in the window, or null when it is not drawn.
    boxOf(node) {
      const depth = state.picture.view.depth[node];
      const box = (state.rows[depth] || []).find((each) => each.node === node);
      return box ? { ...box, y: topOf(depth) - scroller.scrollTop, depth } : null;
    },
    reveal(node) {
      const y = topOf(state.picture.view.depth[node]);
      if (y < scroller.scrollTop) scroller.scrollTop = y;
      else if (y + ROW > scroller.scrollTop + scroller.clientHeight) {
        scroller.scrollTop = y + ROW - scroller.clientHeight;
      }
    },
    rowHeight: ROW,
  };
}

