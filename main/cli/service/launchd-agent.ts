import { dirname, join } from 'node:path'

import { withProgramFolders } from '../program-folders.ts'
import { runCommand, type Service, type ServiceRequest } from './service.ts'

const label = 'app.drydock.runner'

/** An agent of the user who is logged in; a daemon of the machine when root asks. */
export function launchdAgent(request: ServiceRequest): Service {
  const { isRoot, home, uid, configFile, dataDir } = request
  const file = join(
    isRoot ? '/' : home,
    'Library',
    isRoot ? 'LaunchDaemons' : 'LaunchAgents',
    `${label}.plist`,
  )
  const domain = isRoot ? 'system' : `gui/${uid}`
  const log = logFile(request)
  return {
    file,
    text: plist(request),
    folders: [dirname(configFile), dataDir, dirname(log)],
    start: [['launchctl', 'bootstrap', domain, file]],
    stop: [['launchctl', 'bootout', `${domain}/${label}`]],
    forget: [],
    advice: [
      `Its log: ${log}`,
      `launchd stops it with SIGTERM, which ends running jobs; to let them finish first: launchctl kill SIGQUIT ${domain}/${label}`,
    ],
  }
}

const logFile = ({ isRoot, home }: ServiceRequest) =>
  join(isRoot ? '/' : home, 'Library/Logs/Drydock/drydock.log')

function plist(request: ServiceRequest): string {
  const log = logFile(request)
  const variables = [...Object.entries(request.environment), ['PATH', withProgramFolders('')] as const]
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${label}</string>
  <key>ProgramArguments</key>
  <array>
${runCommand(request)
  .map((argument) => `    ${string(argument)}\n`)
  .join('')}  </array>
${dictionary(variables)}  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <true/>
  <key>ThrottleInterval</key>
  <integer>5</integer>
  <key>ExitTimeOut</key>
  <integer>${request.stopTimeout}</integer>
  <key>Umask</key>
  <integer>63</integer>
  <key>StandardOutPath</key>
  ${string(log)}
  <key>StandardErrorPath</key>
  ${string(log)}
</dict>
</plist>
`
}

const dictionary = (variables: readonly (readonly [string, string])[]) =>
  `  <key>EnvironmentVariables</key>
  <dict>
${variables.map(([name, value]) => `    <key>${name}</key>\n    ${string(value)}\n`).join('')}  </dict>
`

const string = (text: string) =>
  `<string>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</string>`
