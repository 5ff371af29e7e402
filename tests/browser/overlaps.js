() => {
  // boxes of the words themselves, and of controls; what scrolls within a box ends at that box
  const sight = (element) => {
    const look = getComputedStyle(element);
    return look.visibility !== "hidden" && look.opacity !== "0" && element.getClientRects().length > 0;
  };
  const within = (box, element) => {
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      if (!/auto|scroll|hidden/.test(getComputedStyle(one).overflow)) continue;
      const edge = one.getBoundingClientRect();
      box = { left: Math.max(box.left, edge.left), right: Math.min(box.right, edge.right),
              top: Math.max(box.top, edge.top), bottom: Math.min(box.bottom, edge.bottom) };
    }
    return box;
  };
  const faults = [];
  for (const card of document.querySelectorAll(".fs-card, .fs-side > details, .fs-head")) {
    const walk = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
    const boxes = [];
    const add = (whole, element, words) => {
      const { left, right, top, bottom } = within(whole, element);
      if (right - left < 2 || bottom - top < 2) return;
      if (right > innerWidth + 1 || left < -1) faults.push(`over the edge: ${words.slice(0, 50)}`);
      boxes.push({ left, right, top, bottom, words, element });
    };
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || element.closest("title, desc, style, svg, .v-menu__content") || !sight(element)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const line of range.getClientRects()) add(line, element, node.data.trim());
    }
    for (const element of card.querySelectorAll("input:not([type=hidden]), .v-slider__thumb, .v-chip, .v-btn")) {
      if (!sight(element)) continue;
      add(element.getBoundingClientRect(), element, `[${element.className || element.tagName}]`);
    }
    boxes.forEach((a, k) => {
      for (const b of boxes.slice(0, k)) {
        if (a.element.contains(b.element) || b.element.contains(a.element)) continue;
        // the label of an empty field stands where its value will
        const field = a.element.closest(".v-input");
        if (field && field === b.element.closest(".v-input") && [a, b].some((one) => one.element.matches("label"))
            && [a, b].some((one) => one.element.matches("input"))) continue;
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 2 && high > 3) faults.push(`${b.words.slice(0, 50)} / ${a.words.slice(0, 50)}: ${wide.toFixed(0)} x ${high.toFixed(0)}`);
      }
    });
  }
  return faults;
}
