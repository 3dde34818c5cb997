"use strict";
// Draws the charts that the page holds as data, one at a time. Values are told as plain text:
// names come from scenario files and are never markup.
(() => {
  const section = document.getElementById("readings");
  const charts = JSON.parse(document.getElementById("readings-data").textContent);
  const choice = section.querySelector("select");
  const place = section.querySelector(".reading");
  const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];
  const symbols = ["circle", "rect", "diamond", "triangle", "pin", "roundRect", "arrow"];
  section.hidden = false;
  const drawn = echarts.init(place);

  const shown = (chart, value) => {
    if (value === null) return section.dataset.unknown;
    return chart.share ? `${Number((100 * value).toPrecision(3))} %` : `${Number(value.toPrecision(3))}`;
  };

  const series = (chart) =>
    chart.lines.map((line, number) => ({
      name: line.name,
      type: chart.bars ? "bar" : "line",
      stack: chart.stacked ? "all" : undefined,
      areaStyle: chart.stacked && !chart.bars ? { opacity: 0.85 } : undefined,
      symbol: symbols[number % symbols.length],
      symbolSize: chart.stacked ? 0 : 6,
      showSymbol: chart.labels.length <= 24,
      lineStyle: chart.stacked ? { width: 0 } : { width: 2, type: ["solid", "dashed", "dotted"][number % 3] },
      itemStyle: { color: line.colour || colours[number % colours.length] },
      barMaxWidth: 60,
      data: line.values,
    }));

  const told = (chart) => (points) => {
    const rows = points
      .filter((point) => !(chart.stacked && !point.value))
      .map((point) => {
        const more = chart.lines[point.seriesIndex].told[point.dataIndex];
        return `${point.seriesName}: ${more || shown(chart, point.value)}`;
      });
    return [`${chart.axis} ${points[0].axisValue}`.trim(), ...(rows.length ? rows : [section.dataset.none])].join("\n");
  };

  // Bars lie, so that long names have room.
  const names = (chart) => ({
    type: "category", data: chart.labels, inverse: chart.bars, boundaryGap: chart.bars,
    name: chart.axis, nameLocation: "middle", nameGap: 36,
    axisLabel: { hideOverlap: true, width: 210, overflow: "break", color: "#1a1a1a" },
  });
  const amounts = (chart) => ({
    type: "value", scale: !chart.bars && !chart.stacked, max: chart.stacked && chart.bars ? 1 : undefined,
    axisLabel: { formatter: (value) => shown(chart, value), color: "#1a1a1a" },
  });

  const draw = () => {
    const chart = charts[Number(choice.value)];
    const many = chart.lines.length > 1;
    place.style.height = chart.bars ? `${120 + 34 * chart.labels.length * (chart.stacked ? 1 : Math.min(3, many ? 2 : 1))}px` : "24rem";
    drawn.resize();
    drawn.setOption(
      {
        animation: false,
        aria: { enabled: true, label: { description: chart.title } },
        grid: {
          left: chart.bars ? 230 : 72, right: 24, top: many ? 40 : 16, bottom: chart.bars ? 32 : 64,
        },
        legend: { show: many, type: "scroll", top: 0 },
        tooltip: {
          trigger: "axis", renderMode: "richText", formatter: told(chart), confine: true,
          axisPointer: { type: chart.bars ? "shadow" : "line" },
        },
        xAxis: chart.bars ? amounts(chart) : names(chart),
        yAxis: chart.bars ? names(chart) : amounts(chart),
        dataZoom: chart.labels.length > 24 ? [{ type: "inside" }] : [],
        series: series(chart),
      },
      { notMerge: true },
    );
  };

  charts.forEach((chart, number) => choice.add(new Option(chart.title, String(number))));
  choice.addEventListener("change", draw);
  window.addEventListener("resize", () => drawn.resize());
  draw();
})();
