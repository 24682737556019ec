/** The layout: no box on another, wires that go around boxes and end where they should, the same each time, and quick. */
import { describe, expect, it } from "vitest";
import type { ViewDocument, ViewNode } from "../../editor/view/model/document.ts";
import { segmentsOf } from "../../editor/view/layout/curve.ts";
import { createLayouts, slack, type Placed } from "../../editor/view/layout/layout.ts";
import { headerOf, spacing } from "../../editor/view/layout/size.ts";
import { measureByTable } from "../../editor/view/layout/text.ts";
import { netFiles, compileFiles } from "../programs.ts";
import { everyNode, flagshipView, nodeAt, viewIn } from "./views.ts";

const all = (): boolean => true;
const none = (): boolean => false;
const layOut = (document: ViewDocument, isOpen: (node: ViewNode) => boolean): Placed => createLayouts(measureByTable).of(document, isOpen);

/** What is wrong with a layout, in words. */
function faultsOf(root: ViewNode, placed: Placed): readonly string[] {
  const faults: string[] = [];
  const visit = (node: ViewNode, own: Placed): void => {
    const { level, children = [] } = own;
    if (!level) return;
    const boxes = children.map((child, i) => ({ x: level.corners[i].x, y: level.corners[i].y, width: child.width, height: child.height }));
    boxes.forEach((a, i) => {
      if (a.x < 0 || a.y < 0 || a.x + a.width > level.width + 1 || a.y + a.height > level.height + 1) faults.push(`${node.children[i].id} stands outside of ${node.id}`);
      boxes.slice(0, i).forEach((b, j) => {
        if (a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height) faults.push(`${node.children[i].id} lies on ${node.children[j].id}`);
      });
    });
    for (const { wire, points } of level.wires) {
      const { from, to } = node.wires[wire];
      const end = points[points.length - 1];
      if (to.child >= 0) {
        const box = boxes[to.child];
        if (Math.abs(end.y - box.y) > 0.01 || end.x < box.x || end.x > box.x + box.width) faults.push(`a wire misses ${node.children[to.child].id}`);
      }
      // Where a wire runs straight down it touches no box but those at its ends.
      segmentsOf(points).forEach(({ to: next, controls }, i) => {
        if (controls) return;
        const { x, y } = points[i];
        boxes.forEach((box, at) => {
          if (at !== from.child && at !== to.child && x > box.x + 1 && x < box.x + box.width - 1 && next.y > box.y + 1 && y < box.y + box.height - 1) faults.push(`a wire of ${node.id} crosses ${node.children[at].id}`);
        });
      });
    }
    children.forEach((child, i) => {
      if (child.level) {
        if (child.level.width + 2 * spacing.inner > child.body.width + 0.01 || headerOf(node.children[i]) + child.level.height > child.body.height) faults.push(`${node.children[i].id} is too small for what it holds`);
        if (slack(child) < -0.01) faults.push(`${node.children[i].id} has less room than it needs`);
      }
      child.chips.forEach((chip, at) => {
        if (chip.x - chip.width / 2 < -0.5 || chip.x + chip.width / 2 > child.width + 0.5) faults.push(`a shape of ${node.children[i].id} is outside of its box`);
        child.chips.slice(0, at).forEach((other) => {
          if (Math.abs(chip.x - other.x) < (chip.width + other.width) / 2) faults.push(`two shapes of ${node.children[i].id} lie on each other`);
        });
      });
      visit(node.children[i], child);
    });
  };
  visit(root, placed);
  return faults;
}

describe("CD2FSAN", () => {
  const { document } = flagshipView("g");

  it.each([["folded", none], ["unfolded", all], ["two levels", (node: ViewNode): boolean => node.id.split("/").length < 2]] as const)("%s: nothing lies on anything", (_, isOpen) => {
    expect(faultsOf(document.root, layOut(document, isOpen))).toEqual([]);
  });

  it("is the same each time", () => {
    expect(layOut(document, all)).toEqual(layOut(document, all));
  });

  it("unfolding one block leaves the insides of all others as they are", () => {
    const layouts = createLayouts(measureByTable);
    const open = new Set(["fused", "aligned"]);
    const before = layouts.of(document, (node) => open.has(node.id));
    open.add("mask");
    const after = layouts.of(document, (node) => open.has(node.id));
    const at = (placed: Placed, id: string): Placed => placed.children![document.root.children.findIndex((node) => node.id === id)];
    expect(at(after, "fused").level).toBe(at(before, "fused").level);
    expect(at(after, "aligned").level).toBe(at(before, "aligned").level);
    expect(at(before, "mask").level).toBeUndefined();
    expect(at(after, "mask").level).toBeDefined();
  });

  it("layers that are alike share one layout", () => {
    const placed = layOut(document, all);
    const index = document.root.children.findIndex((node) => node.id === "vision");
    const vision = placed.children![index];
    const family = vision.children![document.root.children[index].children.findIndex((node) => node.kind === "family")];
    expect(family.children).toHaveLength(12);
    expect(new Set(family.children!.map((layer) => layer.level)).size).toBe(1);
  });

  it("inputs stand at the top of a block and results at its bottom", () => {
    const open = (node: ViewNode): boolean => node.id === "selection";
    const placed = layOut(document, open);
    const { level } = placed.children![document.root.children.findIndex(open)];
    expect(level!.inputs.map(({ name, y }) => `${name} ${y}`)).toEqual(["feature 0", "class 0", "sentence 0"]);
    expect(level!.results.map(({ name, y }) => `${name} ${y}`)).toEqual([`low ${level!.height}`, `mid ${level!.height}`]);
  });

  it("members of a family stand in the order of their indices", () => {
    const open = (node: ViewNode): boolean => node.id === "class[]";
    const placed = layOut(document, open);
    const xs = placed.children![document.root.children.findIndex(open)].level!.corners.map(({ x }) => x);
    expect(nodeAt(document, "class[]").children.map(({ name }) => name)).toEqual([4, 5, 6, 7, 8, 9, 10, 11].map((i) => `class[${i}]`));
    expect([...xs].sort((a, b) => a - b)).toEqual(xs);
  });
});

describe("every program of the repository, unfolded", () => {
  it.each(netFiles().filter((name) => name.startsWith("examples/")))("%s", (file) => {
    const { document } = viewIn(compileFiles(file));
    expect(everyNode(document.root).length).toBeGreaterThan(3);
    expect(faultsOf(document.root, layOut(document, all))).toEqual([]);
  });
});
