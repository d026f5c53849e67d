import { describe, expect, it } from 'vitest'

import { parseConfig, problemInWords } from '../../../main/engine/config/parse-config.ts'
import { aConfig } from './runner-text.ts'

/** Each text has one mistake; `says` is all that is printed about errors, place and remedy included. */
const malformed: readonly { mistake: string; text: string; says: readonly string[] }[] = [
  {
    mistake: 'a string that is not closed',
    text: 'concurrent = 1\nlog_level = "info\n',
    says: [
      'f:2:18: a string is not closed before the end of its line. Correct the line; everything else in the file is read once it is valid TOML.',
    ],
  },
  {
    mistake: 'an array that is not closed',
    text: '[[runners]]\n  environment = ["A=b",\n',
    says: [
      'f:2:17: an array is not closed; "]" is missing. Correct the line; everything else in the file is read once it is valid TOML.',
    ],
  },
  {
    mistake: 'a header that is not closed',
    text: '[[runners]\n  name = "x"\n',
    says: [
      'f:1:10: a section header is not closed; "]" is missing. Correct the line; everything else in the file is read once it is valid TOML.',
    ],
  },
  {
    mistake: 'a value that is missing',
    text: 'concurrent =\ncheck_interval = 0\n',
    says: [
      'f:2:1: the value after "=" is missing. Correct the line; everything else in the file is read once it is valid TOML.',
    ],
  },
  {
    mistake: 'a bare word',
    text: 'log_level = info\n',
    says: [
      'f:1:13: the value info is neither a number nor in quotes. Correct the line; everything else in the file is read once it is valid TOML.',
    ],
  },
  {
    mistake: 'a key that stands twice',
    text: 'concurrent = 1\nconcurrent = 2\n',
    says: [
      'f:2:1: the key concurrent stands twice in the same section. Correct the line; everything else in the file is read once it is valid TOML.',
    ],
  },
  {
    mistake: 'a section that stands twice',
    text: '[labels]\n  abc = "d"\n[labels]\n  efg = "h"\n',
    says: [
      'f:3:1: the section [labels] stands twice. Correct the line; everything else in the file is read once it is valid TOML.',
    ],
  },
  {
    mistake: 'a colon instead of an equals sign',
    text: 'concurrent: 1\n',
    says: [
      'f:1:11: a key and its value are separated by "=", not by ":". Correct the line; everything else in the file is read once it is valid TOML.',
    ],
  },
  {
    mistake: 'YAML',
    text: 'runners:\n  - name: x\n',
    says: [
      'f:1:8: a key and its value are separated by "=", not by ":". Correct the line; everything else in the file is read once it is valid TOML.',
    ],
  },
  {
    mistake: 'a line of prose',
    text: 'concurrent = 1\nhello there\n',
    says: [
      'f:2:7: the line is neither a key with a value, nor a [section], nor a # comment. Correct the line; everything else in the file is read once it is valid TOML.',
    ],
  },
  {
    mistake: 'a date that is none',
    text: 'x = 2025-13-01T00:00:00Z\n',
    says: [
      'f:1:5: "2025-13-01T00:00:00Z": month must be 01-12. Correct the line; everything else in the file is read once it is valid TOML.',
    ],
  },
  {
    mistake: 'an unknown escape',
    text: 'log_level = "C:\\qux"\n',
    says: [
      'f:1:13: \\q means nothing in double quotes; use single quotes, or write the backslash twice. Correct the line; everything else in the file is read once it is valid TOML.',
    ],
  },
  {
    mistake: 'a multi-line string without end',
    text: '[[runners]]\n  pre_build_script = """\n  make\n',
    says: [
      'f:4:1: a text in triple quotes is not closed. Correct the line; everything else in the file is read once it is valid TOML.',
    ],
  },
  {
    mistake: 'single brackets around runners',
    text: '[runners]\n  url = "https://x.example"\n',
    says: [
      'f:1:1: runners: runners must be a list of sections, not a section. Write the header with two brackets on each side: [[runners]].',
    ],
  },
  {
    mistake: 'both kinds of brackets',
    text: '[runners]\n[[runners]]\n',
    says: [
      'f:2:1: [runners] and [[runners]] cannot stand in one file. Correct the line; everything else in the file is read once it is valid TOML.',
    ],
  },
  {
    mistake: 'an inline table over two lines',
    text: 'labels = { abc = "d",\n  efg = "h" }\n',
    says: [
      'f:1:23: an inline table must be closed with "}" on the line it began. Correct the line; everything else in the file is read once it is valid TOML.',
    ],
  },
  {
    mistake: 'a number in quotes',
    text: 'concurrent = "4"\n',
    says: [
      'f:1:1: concurrent: concurrent must be a whole number, not text. Write concurrent = 4, without quotes.',
    ],
  },
  {
    mistake: 'a fraction',
    text: 'concurrent = 1.5\n',
    says: [
      'f:1:1: concurrent: concurrent must be a whole number, not a fraction. Write a number, for example concurrent = 1.',
    ],
  },
  {
    mistake: 'no jobs at once',
    text: 'concurrent = 0\n',
    says: [
      'f:1:1: concurrent: concurrent must be at least 1. Write concurrent = 1, or pause the runner instead.',
    ],
  },
  {
    mistake: 'a number beyond all bounds',
    text: 'concurrent = 99999999999999999999\n',
    says: [
      'f:1:1: concurrent: concurrent must be a whole number, not a number this large. Write a number, for example concurrent = 1.',
    ],
  },
  {
    mistake: 'true in quotes',
    text: aConfig({ docker: '    privileged = "true"' }),
    says: [
      'f:11:5: runners[0].docker.privileged: privileged must be true or false, not text. Write privileged = true, without quotes.',
    ],
  },
  {
    mistake: 'one text where a list belongs',
    text: aConfig({ docker: '    dns = "192.0.2.1"' }),
    says: ['f:11:5: runners[0].docker.dns: dns must be a list, not text. Put it in brackets: dns = [ "…" ].'],
  },
  {
    mistake: 'a list where a text belongs',
    text: aConfig({ runner: '  name2 = 1\n  shell = ["bash"]' }),
    says: ['f:9:3: runners[0].shell: shell must be text, not a list. Put one text in quotes.'],
  },
  {
    mistake: 'a number where a text belongs',
    text: aConfig({ docker: '    memory = 512' }),
    says: [
      'f:11:5: runners[0].docker.memory: memory must be text, not a number. Put it in quotes: memory = "512".',
    ],
  },
  {
    mistake: 'a number in a list of texts',
    text: aConfig({ docker: '    cap_add = ["NET_ADMIN", 5]' }),
    says: [
      'f:11:29: runners[0].docker.cap_add[1]: an entry of cap_add must be text, not a number. Put it in quotes: "5".',
    ],
  },
  {
    mistake: 'a duration without a unit',
    text: aConfig({ runner: '  prepare_timeout = "90"' }),
    says: [
      'f:8:3: runners[0].prepare_timeout: "90" is not a duration. Write numbers with units, for example "90s", "15m" or "1h30m".',
    ],
  },
  {
    mistake: 'a duration that is a number',
    text: aConfig({ runner: '  unhealthy_interval = 60' }),
    says: [
      'f:8:3: runners[0].unhealthy_interval: unhealthy_interval must be a duration, not a number. Write it with a unit and in quotes, for example unhealthy_interval = "30s".',
    ],
  },
  {
    mistake: 'a duration in days',
    text: aConfig({ head: 'connection_max_age = "1d"' }),
    says: [
      'f:2:1: connection_max_age: "1d" is not a duration. Write numbers with units, for example "90s", "15m" or "1h30m".',
    ],
  },
  {
    mistake: 'a date in quotes',
    text: aConfig({ runner: '  token_expires_at = "2025-01-01T00:00:00Z"' }),
    says: [
      'f:8:3: runners[0].token_expires_at: token_expires_at must be a date and time, not text. Write it without quotes, for example token_expires_at = 2026-01-31T12:00:00Z.',
    ],
  },
  {
    mistake: 'a size with a wrong unit',
    text: aConfig({ docker: '    memory = "5x"' }),
    says: [
      'f:11:5: runners[0].docker.memory: "5x" is not a size. Write a number with a unit, for example "512m" or "4g".',
    ],
  },
  {
    mistake: 'processors in words',
    text: aConfig({ docker: '    cpus = "two"' }),
    says: [
      'f:11:5: runners[0].docker.cpus: "two" is not a number of processors. Write a number, for example "2" or "0.5".',
    ],
  },
  {
    mistake: 'a limit in words',
    text: aConfig({ docker: '    ulimit = { nofile = "many" }' }),
    says: [
      'f:11:16: runners[0].docker.ulimit.nofile: "many" is not a limit. Write the soft and the hard limit, for example "1024:2048".',
    ],
  },
  {
    mistake: 'a limit that is a number',
    text: aConfig({ docker: '    [runners.docker.ulimit]\n      nofile = 1024' }),
    says: [
      'f:12:7: runners[0].docker.ulimit.nofile: nofile must be text, not a number. Put it in quotes: nofile = "1024".',
    ],
  },
  {
    mistake: 'a name server with a name',
    text: aConfig({ docker: '    dns = ["192.0.2.1", "dns.example.com"]' }),
    says: [
      'f:11:25: runners[0].docker.dns[1]: "dns.example.com" is not an IP address. Write the address of the name server, for example "192.0.2.53".',
    ],
  },
  {
    mistake: 'a MAC address too short',
    text: aConfig({ docker: '    mac_address = "92:d0:c6"' }),
    says: [
      'f:11:5: runners[0].docker.mac_address: "92:d0:c6" is not a MAC address. Write six pairs of hex digits, for example "92:d0:c6:0a:29:33".',
    ],
  },
  {
    mistake: 'a misspelt pull policy',
    text: aConfig({ docker: '    pull_policy = ["always", "if-not-presnt"]' }),
    says: [
      'f:11:30: runners[0].docker.pull_policy[1]: "if-not-presnt" is not a pull policy. Did you mean "if-not-present"? It is one of: always, if-not-present, never.',
    ],
  },
  {
    mistake: 'a pull policy that is a number',
    text: aConfig({ docker: '    pull_policy = 1' }),
    says: [
      'f:11:5: runners[0].docker.pull_policy: pull_policy must be text or a list of texts, not a number. Write pull_policy = "if-not-present" or pull_policy = [ "always", "if-not-present" ].',
    ],
  },
  {
    mistake: 'a volume with a wrong mode',
    text: aConfig({ docker: '    volumes_from = []\n    devices = ["a:b:c:d"]' }),
    says: [
      'f:12:16: runners[0].docker.devices[0]: "a:b:c:d" is not a device. Write "host[:container[:rwm]]", for example "/dev/kvm".',
    ],
  },
  {
    mistake: 'an unsupported log option',
    text: aConfig({ docker: '    log_options = { tag = "x" }' }),
    says: [
      'f:11:21: runners[0].docker.log_options.tag: the log option tag is not supported. Only "env" and "labels" are.',
    ],
  },
  {
    mistake: 'a service without an image',
    text: aConfig({ docker: '    [[runners.docker.services]]\n      alias = "db"' }),
    says: [
      'f:11:5: runners[0].docker.services[0].name: name is missing. Write the image of the service, for example name = "postgres:17".',
    ],
  },
  {
    mistake: 'services as one section',
    text: aConfig({ docker: '    [runners.docker.services]\n      name = "db"' }),
    says: [
      'f:11:5: runners[0].docker.services: services must be a list of sections, not a section. Write the header with two brackets on each side: [[runners.docker.services]].',
    ],
  },
  {
    mistake: 'a shell that is none',
    text: aConfig({ runner: '  shell = "fish"' }),
    says: ['f:8:3: runners[0].shell: "fish" is not a shell. It is one of: bash, sh, pwsh, powershell, cmd.'],
  },
  {
    mistake: 'an address without a scheme',
    text: '[[runners]]\n  url = "gitlab.example.com"\n  token = "t"\n  executor = "docker"\n',
    says: [
      'f:2:3: runners[0].url: the address is not an http or https URL. Write it in full, for example "https://gitlab.com".',
    ],
  },
  {
    mistake: 'no address',
    text: '[[runners]]\n  token = "t"\n  executor = "docker"\n',
    says: [
      'f:1:1: runners[0].url: url is missing. Write the address of GitLab, for example url = "https://gitlab.com".',
    ],
  },
  {
    mistake: 'an empty address',
    text: '[[runners]]\n  url = ""\n  token = "t"\n  executor = "docker"\n',
    says: [
      'f:2:3: runners[0].url: url is empty. Write the address of GitLab, for example url = "https://gitlab.com".',
    ],
  },
  {
    mistake: 'no executor',
    text: '[[runners]]\n  url = "https://x.example"\n  token = "t"\n',
    says: ['f:1:1: runners[0].executor: executor is missing. Write executor = "docker".'],
  },
  {
    mistake: 'a misspelt executor',
    text: '[[runners]]\n  url = "https://x.example"\n  token = "t"\n  executor = "dokcer"\n',
    says: [
      'f:4:3: runners[0].executor: there is no executor "dokcer". Did you mean "docker"? Drydock runs executor = "docker".',
    ],
  },
  {
    mistake: 'a label with a short name',
    text: aConfig({ tail: '[labels]\n  ab = "x"' }),
    says: [
      'f:12:3: labels.ab: the label name "ab" is not allowed. A label name has 3 to 65 letters, digits, "_", "." or "-", and begins with a letter, a digit or "_".',
    ],
  },
  {
    mistake: 'a label with a strange value',
    text: aConfig({ runner: '  [runners.labels]\n    zone = "a b"' }),
    says: [
      'f:9:5: runners[0].labels.zone: the value of the label zone is not allowed. A label value has 1 to 256 letters, digits, ".", "_" or "-".',
    ],
  },
  {
    mistake: 'builds in a relative folder',
    text: aConfig({ runner: '  builds_dir = "builds"' }),
    says: [
      'f:8:3: runners[0].builds_dir: "builds" is not an absolute path. Write the path inside the container, beginning with "/".',
    ],
  },
  {
    mistake: 'a cache of an unknown type',
    text: aConfig({ runner: '  [runners.cache]\n    Type = "s4"' }),
    says: [
      'f:9:5: runners[0].cache.Type: "s4" is not a cache type. Did you mean "s3"? It is one of: s3, gcs, azure.',
    ],
  },
  {
    mistake: 'a flag that is text',
    text: aConfig({ runner: '  [runners.feature_flags]\n    FF_NETWORK_PER_BUILD = "true"' }),
    says: [
      'f:9:5: runners[0].feature_flags.FF_NETWORK_PER_BUILD: FF_NETWORK_PER_BUILD must be true or false, not text. Write FF_NETWORK_PER_BUILD = true, without quotes.',
    ],
  },
  {
    mistake: 'a clone address that is none',
    text: aConfig({ runner: '  clone_url = "git@example.com"' }),
    says: [
      'f:8:3: runners[0].clone_url: the address is not an http or https URL. Write it in full, for example "https://gitlab.com".',
    ],
  },
  {
    mistake: 'runners that are numbers',
    text: 'runners = [1]\n',
    says: [
      'f:1:12: runners[0]: an entry of runners must be a section, not a number. Write it as a section of its own, its header in brackets.',
    ],
  },
  {
    mistake: 'a second runner with a mistake',
    text: aConfig({
      tail: '[[runners]]\n  url = "https://x.example"\n  token = "t"\n  executor = "docker"\n  limit = "2"',
    }),
    says: [
      'f:15:3: runners[1].limit: limit must be a whole number, not text. Write limit = 2, without quotes.',
    ],
  },
]

describe('a malformed config.toml', () => {
  it.each(malformed)('with $mistake is refused, naming place and remedy', ({ text, says }) => {
    const { config, problems } = parseConfig(text)
    const errors = problems.filter(({ severity }) => severity === 'error')
    expect({ config, says: errors.map((problem) => problemInWords(problem, 'f')) }).toEqual({
      config: undefined,
      says,
    })
  })

  it('names every mistake at once, in the order of the file', () => {
    const { problems } = parseConfig(
      aConfig({
        head: 'check_interval = "3"',
        runner: '  limt = 1',
        docker: '    cpus = "two"\n    privileged = 1',
      }),
    )
    expect(problems.map(({ path, line, severity }) => `${line} ${severity} ${path}`)).toEqual([
      '2 error check_interval',
      '9 warning runners[0].limt',
      '13 error runners[0].docker.cpus',
      '14 error runners[0].docker.privileged',
    ])
  })

  it('never repeats a token in what it says', () => {
    const { problems } = parseConfig(
      '[[runners]]\n  url = "https://x.example"\n  executor = "docker"\n  token = ["glrt-topsecrettopsecret"]\n',
    )
    expect(JSON.stringify(problems)).not.toContain('topsecret')
  })
})
