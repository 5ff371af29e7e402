() => {
  // words that are less than 4.5 apart from what is behind them (WCAG 2.2, 1.4.3); of pictures, shapes drawn before count
  const parsed = (colour) => {
    const found = /rgba?\(([^)]*)\)/.exec(colour);
    if (!found) return null;
    const [r, g, b, a = 1] = found[1].split(/[ ,/]+/).map(Number);
    return { rgb: [r, g, b], a };
  };
  const over = (top, below, opacity) => top.rgb.map((c, k) => c * top.a * opacity + below[k] * (1 - top.a * opacity));
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [low, high] = [light(a), light(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const ground = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) layers.push(getComputedStyle(one).backgroundColor);
    return layers.reverse().reduce((below, colour) => {
      const top = parsed(colour);
      return top ? over(top, below, 1) : below;
    }, [255, 255, 255]);
  };
  const faults = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest("title, desc, style, script, [disabled], .v-btn--disabled")) continue;
    if (!element.getClientRects().length) continue;
    const look = getComputedStyle(element);
    if (look.visibility === "hidden") continue;
    const drawn = element.closest("svg");
    const ink = parsed(drawn ? look.fill : look.color);
    if (!ink) continue;
    let below = ground(drawn || element);
    if (drawn) {  // text with a rim of its own is on that; else the last rectangle before it that holds its middle
      const rim = parsed(look.stroke);
      const box = element.getBoundingClientRect();
      const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
      if (look.paintOrder.startsWith("stroke") && rim) below = over(rim, below, 1);
      else for (const shape of drawn.querySelectorAll("rect")) {
        if (shape.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING) continue;
        const edge = shape.getBoundingClientRect();
        const fill = getComputedStyle(shape);
        const top = parsed(fill.fill);
        if (top && edge.left <= x && x <= edge.right && edge.top <= y && y <= edge.bottom)
          below = over(top, below, fill.fillOpacity * fill.opacity);
      }
    }
    const found = contrast(over(ink, below, Number(look.opacity) * (drawn ? Number(look.fillOpacity) : 1)), below);
    if (found < 4.5) faults.add(`${found.toFixed(2)}: ${node.data.trim().slice(0, 40)}`);
  }
  return [...faults];
}
