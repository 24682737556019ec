/** Maximum flow by levels and blocking flows (Dinic 1970), for the minimum cut that it proves. Vertices are numbers from 0. */

export interface Network {
  /** A directed edge. Capacities are not negative; Infinity is allowed. */
  edge(from: number, to: number, capacity: number): void;
  /** Sends what can be sent and tells the vertices from which the sink can still be reached: the cut nearest to the sink lies before them. */
  sinkSide(source: number, sink: number): Uint8Array;
}

export function createNetwork(vertices: number): Network {
  const first = new Int32Array(vertices).fill(-1);
  const [to, next, left]: [number[], number[], number[]] = [[], [], []];
  const half = (a: number, b: number, capacity: number): void => {
    to.push(b);
    left.push(capacity);
    next.push(first[a]);
    first[a] = to.length - 1;
  };
  const level = new Int32Array(vertices);
  const at = new Int32Array(vertices);

  function levels(source: number, sink: number): boolean {
    level.fill(-1);
    level[source] = 0;
    const queue = [source];
    for (let i = 0; i < queue.length; i++) {
      for (let e = first[queue[i]]; e >= 0; e = next[e]) {
        if (left[e] <= 0 || level[to[e]] >= 0) continue;
        level[to[e]] = level[queue[i]] + 1;
        queue.push(to[e]);
      }
    }
    return level[sink] >= 0;
  }

  /** One path along rising levels, found without recursion; its flow, or 0 where there is none. */
  function send(source: number, sink: number): number {
    const path: number[] = [];
    let vertex = source;
    while (vertex !== sink) {
      let e = at[vertex];
      while (e >= 0 && !(left[e] > 0 && level[to[e]] === level[vertex] + 1)) e = next[e];
      at[vertex] = e;
      if (e >= 0) {
        path.push(e);
        vertex = to[e];
        continue;
      }
      const back = path.pop();
      if (back === undefined) return 0;
      vertex = to[back ^ 1];
      at[vertex] = next[at[vertex]];
    }
    const flow = path.reduce((least, e) => Math.min(least, left[e]), Infinity);
    for (const e of path) {
      left[e] -= flow;
      left[e ^ 1] += flow;
    }
    return flow;
  }

  return {
    edge(from, end, capacity) {
      half(from, end, capacity);
      half(end, from, 0);
    },
    sinkSide(source, sink) {
      while (levels(source, sink)) {
        at.set(first);
        for (let flow = send(source, sink); flow > 0; flow = send(source, sink)) if (flow === Infinity) throw new Error("netc bug: an unbounded flow");
      }
      const side = new Uint8Array(vertices);
      side[sink] = 1;
      const queue = [sink];
      for (let i = 0; i < queue.length; i++) {
        for (let e = first[queue[i]]; e >= 0; e = next[e]) {
          if (left[e ^ 1] <= 0 || side[to[e]]) continue;
          side[to[e]] = 1;
          queue.push(to[e]);
        }
      }
      return side;
    },
  };
}
