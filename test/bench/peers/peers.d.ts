// What the benches use of packages that are installed only when they run: types must hold before that, too.
declare module 'echarts' {
  export function init(
    element: null,
    theme: null,
    options: { renderer: 'svg'; ssr: true; width: number; height: number },
  ): { setOption(option: object): void; renderToSVGString(): string; dispose(): void };
}
