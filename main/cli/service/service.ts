/** What a service is told to run, and on whose behalf. Paths are absolute. */
export interface ServiceRequest {
  /** The Node.js and the program it runs. */
  readonly program: readonly [node: string, file: string]
  readonly version: string
  /** Where Drydock is installed. */
  readonly root: string
  readonly configFile: string
  readonly dataDir: string
  /** The user's own folder, for one that does not serve the whole machine. */
  readonly home: string
  readonly isRoot: boolean
  readonly uid: number
  readonly gid: number
  readonly platform: NodeJS.Platform
  /** Of Docker's socket, where it is a file of this machine. */
  readonly socketOwner?: { readonly uid: number; readonly gid: number }
  /** What a shell knows and a service manager does not: where Docker is, which proxy leads out. */
  readonly environment: Readonly<Record<string, string>>
  /** How long running jobs may take when the service is stopped. Seconds. */
  readonly stopTimeout: number
}

/** A file to write, and what makes a service manager read it. */
export interface Service {
  readonly file: string
  readonly text: string
  /** Folders that have to exist before it starts. */
  readonly folders: readonly string[]
  /** Run one after another once the file is there. */
  readonly start: readonly ServiceCommand[]
  readonly stop: readonly ServiceCommand[]
  /** Run when the file is gone. */
  readonly forget: readonly ServiceCommand[]
  /** What the user should know, one sentence a line. */
  readonly advice: readonly string[]
}

export type ServiceCommand = readonly [program: string, ...args: string[]]

export const runCommand = ({ program, configFile, dataDir }: ServiceRequest): readonly string[] => [
  ...program,
  'run',
  '--config',
  configFile,
  '--data-dir',
  dataDir,
]

const passedOn = [
  'DOCKER_HOST',
  'DOCKER_CONTEXT',
  'DOCKER_CONFIG',
  'DOCKER_TLS_VERIFY',
  'DOCKER_CERT_PATH',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
] as const

export interface PassedEnvironment {
  readonly variables: Readonly<Record<string, string>>
  /** Names of those that carry a password: a service's file can be read by everyone. */
  readonly leftOut: readonly string[]
}

/** Of the shell's environment, what the engine needs to find Docker and GitLab. */
export function passedEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): PassedEnvironment {
  const given = passedOn.flatMap((name) => {
    const value = environment[name]
    return value === undefined || value === '' ? [] : [{ name, value }]
  })
  const isSecret = ({ value }: { value: string }) => /^[^/]*(\/\/)?[^/]*@/.test(value)
  return {
    variables: Object.fromEntries(
      given.filter((one) => !isSecret(one)).map(({ name, value }) => [name, value]),
    ),
    leftOut: given.filter(isSecret).map(({ name }) => name),
  }
}
