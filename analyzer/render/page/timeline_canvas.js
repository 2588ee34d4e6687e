// Draws series stacked over time, and on top the peak and the resident memory as lines.
const MARGIN = { left: 78, right: 16, top: 12, bottom: 30 };

/// The colour of a series by its place; the last one is the rest's.
function seriesColour(at, all, dark) {
  if (at === all) return dark ? "hsl(40 2% 34%)" : "hsl(40 5% 82%)";
  const hue = [28, 212, 150, 46, 265, 340, 190, 90, 15, 235, 120, 300][at % 12];
  return dark ? `hsl(${hue} 44% ${40 + 6 * (at % 2)}%)` : `hsl(${hue} 62% ${62 + 8 * (at % 2)}%)`;
}

/// The edges of each layer: bottoms[series][moment], tops[series][moment]; the largest at the bottom.
function stackLayers(layers) {
  const height = new Array(layers[0].length).fill(0);
  return layers.map((layer) => {
    const bottom = height.slice();
    layer.forEach((value, at) => { height[at] += value; });
    return { bottom, top: height.slice() };
  });
}

function makeTimelineCanvas(canvas, figure) {
  const pen = canvas.getContext("2d", { alpha: false });
  let picture = null, scale = null;

  function makeScale() {
    const width = figure.clientWidth, height = Math.max(260, Math.min(460, Math.round(window.innerHeight * 0.5)));
    const { seconds, layers, lines } = picture;
    const tops = stackLayers(layers).at(-1).top;
    const most = Math.max(...tops, ...lines.flatMap((line) => line.values), 1);
    const span = seconds.at(-1) || 1;
    return {
      width, height, most, span,
      x: (at) => MARGIN.left + (seconds[at] / span) * (width - MARGIN.left - MARGIN.right),
      time: (second) => MARGIN.left + (second / span) * (width - MARGIN.left - MARGIN.right),
      y: (value) => height - MARGIN.bottom - (value / most) * (height - MARGIN.top - MARGIN.bottom),
    };
  }

  function drawAxes(paper) {
    pen.font = "11px system-ui, sans-serif";
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    for (const value of ticksOf(scale.most, 5, picture.format === formatSize)) {
      pen.fillStyle = paper.rest;
      pen.fillRect(MARGIN.left, Math.round(scale.y(value)), scale.width - MARGIN.left - MARGIN.right, 1);
      pen.fillStyle = paper.faint;
      pen.fillText(picture.format(value), MARGIN.left - 8, scale.y(value));
    }
    pen.textAlign = "center";
    const wanted = Math.max(2, Math.floor(scale.width / 150));
    for (const second of ticksOf(scale.span, wanted, false)) {
      const x = Math.min(scale.time(second), scale.width - MARGIN.right - 18);
      pen.fillText(formatSeconds(second), x, scale.height - 12);
    }
    pen.textAlign = "left";
    pen.textBaseline = "alphabetic";
  }

  function drawLayers() {
    const { layers } = picture;
    stackLayers(layers).forEach(({ bottom, top }, layer) => {
      pen.fillStyle = picture.colour(layer);
      pen.beginPath();
      top.forEach((value, at) => pen.lineTo(scale.x(at), scale.y(value)));
      for (let at = bottom.length; at-- > 0;) pen.lineTo(scale.x(at), scale.y(bottom[at]));
      pen.closePath();
      pen.globalAlpha = picture.focusSeries >= 0 && picture.focusSeries !== layer ? 0.3 : 1;
      pen.fill();
      pen.globalAlpha = 1;
      pen.strokeStyle = PAPER[theme.current()].edge;
      pen.lineWidth = 0.7;
      pen.stroke();
    });
  }

  function drawLine(line) {
    pen.strokeStyle = line.colour;
    pen.lineWidth = 2;
    pen.setLineDash(line.dash);
    pen.beginPath();
    line.values.forEach((value, at) => pen.lineTo(scale.x(at), scale.y(value)));
    pen.stroke();
    pen.setLineDash([]);
  }

  function drawFocus(paper) {
    const x = scale.x(picture.focus);
    pen.fillStyle = paper.focus;
    pen.fillRect(Math.round(x) - 0.5, MARGIN.top, 1, scale.height - MARGIN.top - MARGIN.bottom);
    for (let at = 0; at < picture.seconds.length; ++at) {
      pen.beginPath();
      pen.arc(scale.x(at), scale.height - MARGIN.bottom, at === picture.focus ? 4.5 : 2.5, 0, 7);
      pen.fill();
    }
  }

  function paint() {
    const paper = PAPER[theme.current()], ratio = window.devicePixelRatio || 1;
    scale = makeScale();
    canvas.width = Math.round(scale.width * ratio);
    canvas.height = Math.round(scale.height * ratio);
    canvas.style.width = `${scale.width}px`;
    canvas.style.height = `${scale.height}px`;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.fillStyle = paper.edge;
    pen.fillRect(0, 0, scale.width, scale.height);
    drawAxes(paper);
    drawLayers();
    picture.lines.forEach(drawLine);
    drawFocus(paper);
  }

  return {
    /// picture: {seconds, layers: [[value a moment]], lines, colour(layer), focus, focusSeries, format}
    show(next) { picture = next; paint(); },
    paint,
    /// The snapshot nearest to a point of the window.
    momentAt(clientX) {
      const x = clientX - canvas.getBoundingClientRect().left;
      let best = 0;
      for (let at = 1; at < picture.seconds.length; ++at) {
        if (Math.abs(scale.x(at) - x) < Math.abs(scale.x(best) - x)) best = at;
      }
      return best;
    },
  };
}

