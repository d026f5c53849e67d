/** A file with one good runner, and lines added to its sections. */
export function aConfig({ head = '', runner = '', docker = '', tail = '' } = {}): string {
  const lines = [
    'concurrent = 2',
    head,
    '',
    '[[runners]]',
    '  name = "one"',
    '  url = "https://gitlab.example.com"',
    '  token = "glrt-aaaaaaaaaaaaaaaaaaaa"',
    '  executor = "docker"',
    runner,
    '  [runners.docker]',
    '    image = "alpine"',
    '    volumes = ["/cache"]',
    docker,
    tail,
  ]
  return `${lines.filter((line, index) => line !== '' || index === 2).join('\n')}\n`
}
