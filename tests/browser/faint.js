/* Every text of a document whose contrast with its ground is under WCAG AA: its class, its words, the ratio. Grounds
 * are the background colours of what the text stands in, laid over each other. */
() => {
  const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  const rgba = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data];
  };
  const over = (top, under) => under.map((c, i) => (top[i] * top[3]) / 255 + c * (1 - top[3] / 255));
  const ground = (node) => (node ? over(rgba(getComputedStyle(node).backgroundColor), ground(node.parentElement)) : [255, 255, 255]);
  const linear = (c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const light = (rgb) => rgb.reduce((sum, c, i) => sum + linear(c / 255) * [0.2126, 0.7152, 0.0722][i], 0);
  const [faint, texts] = [[], document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)];
  while (texts.nextNode()) {
    const words = texts.currentNode.data.trim();
    const node = texts.currentNode.parentElement;
    if (!words || !node.checkVisibility() || node.closest("svg, script, style, select, [disabled]")) continue;
    const style = getComputedStyle(node);
    const back = ground(node);
    const [one, other] = [light(over(rgba(style.color), back)), light(back)];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const [size, bold] = [parseFloat(style.fontSize), style.fontWeight >= 700];
    if (ratio < (size >= 24 || (bold && size >= 18.66) ? 3 : 4.5)) faint.push(`${node.className}: ${words.slice(0, 40)} ${ratio.toFixed(2)}`);
  }
  return faint;
}
