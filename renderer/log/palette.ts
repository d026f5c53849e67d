/** The terminal's sixteen, chosen to be read on the log's dark ground (4.5:1 or better). */
const sixteen = [
  '#8a999f',
  '#ff7b82',
  '#63cf96',
  '#e5b95a',
  '#74b4f5',
  '#d49bea',
  '#5fc3cd',
  '#d5dde0',
  '#9aa8ae',
  '#ff9a9f',
  '#86e0b0',
  '#f2cd7d',
  '#9accff',
  '#e3b8f3',
  '#8adbe3',
  '#ffffff',
]

const steps = [0, 95, 135, 175, 215, 255]

/** A colour of the log as CSS knows it. */
export function paletteColor(color: number | string | undefined): string | undefined {
  if (typeof color !== 'number') return color
  if (color < 16) return sixteen[color]
  if (color >= 232) {
    const gray = 8 + (color - 232) * 10
    return `rgb(${gray} ${gray} ${gray})`
  }
  const cube = color - 16
  const [red, green, blue] = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6]
  return `rgb(${steps[red]} ${steps[green]} ${steps[blue]})`
}
