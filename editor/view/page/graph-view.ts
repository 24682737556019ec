/** The graph: a canvas that is dragged, wheeled and walked with the keyboard. What is selected is also said in words, for those who do not see it. */
import { createLayouts } from "../layout/layout.ts";
import type { Palette } from "../layout/palette.ts";
import { canOpen } from "../layout/size.ts";
import { figuresText, kindOf, portText, titleOf } from "../layout/text.ts";
import { element } from "./element.ts";
import { canvasMeasure, createPainter, type Camera } from "./painter.ts";
import { itemAt, neighbour, sceneOf, type Direction, type Item, type Scene } from "./scene.ts";
import type { State } from "./state.ts";

export interface GraphView {
  readonly scene: () => Scene | undefined;
  readonly camera: () => Camera;
  /** Where a member is in the window; undefined where it is folded away. */
  where(id: string): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | undefined;
  /** Brings a member into the middle of the window, if it is not in sight. */
  show(id: string, always?: boolean): void;
  fit(): void;
  zoom(factor: number): void;
  repaint(): void;
  focus(): void;
}

const scales = { least: 0.004, most: 3 } as const;

export function createGraphView(parent: HTMLElement, state: State, palette: () => Palette, onPick: (id: string | undefined) => void): GraphView {
  const canvas = element("canvas", { "aria-hidden": "true" });
  const spoken = element("div", { class: "spoken", "aria-live": "polite", role: "status" });
  const holder = element("div", { class: "canvas", tabindex: 0, role: "application", "aria-label": "Graph. Arrow keys move between members, Enter folds and unfolds, Escape goes out, question mark lists all keys.", "aria-roledescription": "graph" }, canvas, spoken);
  parent.append(holder);
  const measure = canvasMeasure();
  const layouts = createLayouts(measure);
  const painter = createPainter(canvas, measure);
  let scene: Scene | undefined;
  let camera: Camera = { scale: 1, x: 0, y: 0 };
  let hovered: string | undefined;
  let waiting = false;
  let moving = 0;
  let [width, height] = [0, 0];
  /** The model that the camera was turned to. */
  let fitted: string | undefined;
  const fitFirst = (): void => {
    const model = state.message?.document.model;
    if (!scene || width === 0 || fitted === model) return;
    camera = whole();
    fitted = model;
  };

  const repaint = (): void => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      if (scene) painter.paint({ scene, camera, palette: palette(), selected: state.selected?.node.id, hovered, focused: document.activeElement === holder });
    });
  };
  const look = (next: Camera): void => {
    camera = next;
    repaint();
  };
  /** Goes to another view in a short glide, or at once where motion is not wanted. */
  const glide = (to: Camera): void => {
    const from = camera;
    const own = ++moving;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return look(to);
    const begin = performance.now();
    const step = (now: number): void => {
      if (own !== moving) return;
      const part = Math.min(1, (now - begin) / 180);
      const eased = 1 - (1 - part) ** 3;
      const scale = from.scale * (to.scale / from.scale) ** eased;
      // The middle of the window moves in a straight line through the layout.
      const middle = (view: Camera): readonly [number, number] => [(width / 2 - view.x) / view.scale, (height / 2 - view.y) / view.scale];
      const [[ax, ay], [bx, by]] = [middle(from), middle(to)];
      look(part === 1 ? to : { scale, x: width / 2 - (ax + (bx - ax) * eased) * scale, y: height / 2 - (ay + (by - ay) * eased) * scale });
      if (part < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  };

  const arrange = (anchor?: string): void => {
    const { message } = state;
    if (!message) return;
    const before = anchor === undefined ? undefined : scene?.items.get(anchor);
    const { root } = message.document;
    scene = sceneOf(root, layouts.of(message.document, (node) => state.isOpen(node)));
    const after = anchor === undefined ? undefined : scene.items.get(anchor);
    // What was folded or unfolded stays where it was in the window.
    if (before && after) camera = { ...camera, x: camera.x + (before.x - after.x) * camera.scale, y: camera.y + (before.y - after.y) * camera.scale };
    repaint();
  };
  const whole = (): Camera => {
    const { width: w = 1, height: h = 1 } = scene?.root.placed.level ?? {};
    const scale = Math.max(scales.least, Math.min(1.1, (width - 48) / w, (height - 96) / h));
    return { scale, x: (width - w * scale) / 2, y: Math.max(24, (height - 60 - h * scale) / 2) }; // below stand the legend and the buttons
  };
  const show = (id: string, always = false): void => {
    const item = scene?.items.get(id);
    if (!item || width === 0) return;
    const { placed, corner } = item;
    const [left, top] = [corner.x * camera.scale + camera.x, corner.y * camera.scale + camera.y];
    const [w, h] = [placed.width * camera.scale, placed.height * camera.scale];
    const inSight = left >= 8 && top >= 8 && left + w <= width - 8 && top + h <= height - 8;
    if (!always && inSight && camera.scale > 0.5) return;
    const scale = Math.min(1, Math.max(0.8, camera.scale), Math.max(0.2, (width - 60) / placed.width));
    const tall = placed.height * scale > height - 60;
    glide({ scale, x: width / 2 - (corner.x + placed.width / 2) * scale, y: tall ? 30 - corner.y * scale : height / 2 - (corner.y + placed.height / 2) * scale });
  };
  const zoomAt = (factor: number, x: number, y: number): Camera => {
    const scale = Math.min(scales.most, Math.max(scales.least, camera.scale * factor));
    return { scale, x: x - ((x - camera.x) * scale) / camera.scale, y: y - ((y - camera.y) * scale) / camera.scale };
  };
  const toggle = (item: Item, inside: boolean): void => {
    if (!canOpen(item.node)) return;
    const open = inside || !state.isOpen(item.node);
    anchor = item.node.id;
    state.fold(item.node.id, open, inside);
  };
  let anchor: string | undefined;

  state.listen("document", () => {
    arrange();
    fitFirst();
  });
  state.listen("folds", () => {
    arrange(anchor ?? state.selected?.node.id);
    anchor = undefined;
  });
  state.listen("selection", () => {
    const { selected, message } = state;
    spoken.textContent = selected && message ? wordsOf(state, selected.node.id) : "";
    repaint();
  });
  state.listen("theme", repaint);
  for (const event of ["focus", "blur"] as const) holder.addEventListener(event, repaint);

  new ResizeObserver(() => {
    ({ clientWidth: width, clientHeight: height } = holder);
    if (width === 0) return;
    painter.resize(width, height, devicePixelRatio);
    fitFirst();
    repaint();
  }).observe(holder);

  // ------------------------------------------------------------------------------------------------------------------- pointer

  const pointAt = (event: PointerEvent | MouseEvent | WheelEvent): { readonly x: number; readonly y: number } => {
    const { left, top } = holder.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const under = (event: PointerEvent | MouseEvent): Item | undefined => {
    const { x, y } = pointAt(event);
    return scene && itemAt(scene, { x: (x - camera.x) / camera.scale, y: (y - camera.y) / camera.scale });
  };
  const isOnHandle = (item: Item, event: MouseEvent): boolean => {
    const { x, y } = pointAt(event);
    const [dx, dy] = [(x - camera.x) / camera.scale - item.x, (y - camera.y) / camera.scale - item.y];
    const start = item.placed.level ? 12 : (item.width - (measure(titleOf(item.node), "title") + (kindOf(item.node) ? 7 + measure(kindOf(item.node), "kind") : 0) + 20)) / 2;
    return canOpen(item.node) && dy < 30 && dx > start - 6 && dx < start + 20;
  };
  let drag: { readonly x: number; readonly y: number; readonly from: Camera; moved: boolean } | undefined;
  holder.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    moving++;
    drag = { ...pointAt(event), from: camera, moved: false };
    holder.setPointerCapture(event.pointerId);
  });
  holder.addEventListener("pointermove", (event) => {
    if (drag) {
      const { x, y } = pointAt(event);
      if (Math.hypot(x - drag.x, y - drag.y) > 4) drag.moved = true;
      if (drag.moved) {
        holder.classList.add("dragged");
        look({ ...drag.from, x: drag.from.x + x - drag.x, y: drag.from.y + y - drag.y });
      }
      return;
    }
    const next = under(event)?.node.id;
    if (next !== hovered) {
      hovered = next;
      holder.title = next === undefined ? "" : hintOf(state, next);
      repaint();
    }
  });
  holder.addEventListener("pointerup", (event) => {
    const ended = drag;
    drag = undefined;
    holder.classList.remove("dragged");
    if (!ended || ended.moved) return;
    const item = under(event);
    onPick(item?.node.id);
    if (item && isOnHandle(item, event)) toggle(item, event.shiftKey);
  });
  holder.addEventListener("dblclick", (event) => {
    const item = under(event);
    if (item && !isOnHandle(item, event)) toggle(item, event.shiftKey);
  });
  holder.addEventListener("wheel", (event) => {
    event.preventDefault();
    moving++;
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? height : 1;
    const { x, y } = pointAt(event);
    if (event.ctrlKey || event.metaKey) look(zoomAt(Math.exp(-event.deltaY * unit * 0.0035), x, y));
    else look({ ...camera, x: camera.x - (event.shiftKey && !event.deltaX ? event.deltaY : event.deltaX) * unit, y: camera.y - (event.shiftKey && !event.deltaX ? 0 : event.deltaY) * unit });
  }, { passive: false });

  // ------------------------------------------------------------------------------------------------------------------- keyboard

  const pick = (item: Item | undefined): void => {
    if (!item) return;
    onPick(item.node.id);
    show(item.node.id);
  };
  const walk = (direction: Direction): void => {
    if (!scene) return;
    const item = state.selected && scene.items.get(state.selected.node.id);
    if (!item) return pick(scene.root.members[0]);
    const around = state.selected?.parent;
    const siblings = (around && scene.items.get(around.node.id)?.members) ?? scene.root.members;
    pick(neighbour(siblings, item, direction));
  };
  const keys: Readonly<Record<string, (event: KeyboardEvent, item: Item | undefined) => void>> = {
    ArrowUp: () => walk("up"), ArrowDown: () => walk("down"), ArrowLeft: () => walk("left"), ArrowRight: () => walk("right"),
    Enter: (event, item) => {
      if (item) toggle(item, event.shiftKey);
    },
    " ": (_, item) => {
      if (item) toggle(item, false);
    },
    Tab: (event, item) => {
      // Into an unfolded block, and out again; elsewhere Tab leaves the graph, as everywhere.
      const next = event.shiftKey ? undefined : item?.members[0];
      if (!next) return;
      event.preventDefault();
      pick(next);
    },
    Escape: (event, item) => {
      const around = state.selected?.parent;
      if (!item || !around?.parent) onPick(undefined);
      else pick(scene?.items.get(around.node.id));
      event.stopPropagation();
    },
    Home: () => pick(scene?.root.members[0]),
  };
  holder.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key !== "Tab") event.preventDefault();
    act(event, state.selected && scene?.items.get(state.selected.node.id));
  });

  return {
    scene: () => scene,
    camera: () => camera,
    where(id) {
      const item = scene?.items.get(id);
      if (!item) return undefined;
      const { left, top } = holder.getBoundingClientRect();
      return { x: left + item.x * camera.scale + camera.x, y: top + item.y * camera.scale + camera.y, width: item.width * camera.scale, height: item.height * camera.scale };
    },
    show,
    fit: () => glide(whole()),
    zoom: (factor) => glide(zoomAt(factor, width / 2, height / 2)),
    repaint,
    focus: () => holder.focus({ preventScroll: true }),
  };
}

/** One line on a member, for the pointer that rests on it. */
function hintOf(state: State, id: string): string {
  const node = state.entries.get(id)?.node;
  const document = state.message?.document;
  if (!node || !document) return "";
  return [[titleOf(node), kindOf(node)].filter(Boolean).join("  "), ...node.results.map((port) => portText(document, port)), figuresText(node)].filter(Boolean).join("\n");
}

/** What a screen reader says of the member that was selected. */
function wordsOf(state: State, id: string): string {
  const entry = state.entries.get(id)!;
  const { node, parent } = entry;
  const document = state.message!.document;
  const inside = parent?.parent ? `in ${titleOf(parent.node)}` : "";
  const folded = canOpen(node) ? (state.isOpen(node) ? "unfolded" : "folded") : "";
  const shapes = node.results.map((port) => portText(document, port)).join(", ");
  return [node.name || node.what, kindOf(node), node.change && node.change !== "same" ? node.change : "", folded, inside, shapes && `gives ${shapes}`, figuresText(node)].filter(Boolean).join(", ");
}

