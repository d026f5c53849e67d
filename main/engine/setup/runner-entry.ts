import type { SetupDraft } from '../../contract/setup.ts'
import type { TomlTable } from '../config/toml-write.ts'
import type { EndpointSettings } from '../docker/endpoint.ts'
import type { IssuedRunner } from './issue-token.ts'

/** What the draft does not say and the file needs. */
export interface EntryFacts {
  readonly issued: IssuedRunner
  readonly obtainedAt: Date
  readonly hostname: string
  readonly engine: Required<EndpointSettings>
  /** No registry has the image, so that asking one would fail every job. */
  readonly isLocalImage: boolean
  readonly practice?: PracticeEntry
}

/** What only the practice GitLab's runner has. */
export interface PracticeEntry {
  /** Absent: the usual one. */
  readonly helperImage: string | undefined
  /** Where containers reach the server, if not at its url. */
  readonly cloneUrl: string | undefined
}

const never = new Date('0001-01-01T00:00:00Z')

/** A draft as a `[[runners]]` entry, its keys in the order gitlab-runner writes them. */
export function entryOf(draft: SetupDraft, facts: EntryFacts): TomlTable {
  const { issued, practice, engine } = facts
  const volumes = [...draft.mounts.map(volumeOf), '/cache']
  const script = pathScript(draft.path)
  return {
    name: draft.name || facts.hostname,
    url: draft.url,
    ...(issued.id !== undefined && { id: issued.id }),
    token: issued.token,
    token_obtained_at: wholeSeconds(facts.obtainedAt),
    token_expires_at: issued.expiresAt ?? never,
    ...(draft.caFile !== '' && { 'tls-ca-file': draft.caFile }),
    executor: 'docker',
    ...(practice?.cloneUrl !== undefined && { clone_url: practice.cloneUrl }),
    ...(draft.environment.length > 0 && { environment: draft.environment }),
    ...(script !== '' && { pre_build_script: script }),
    docker: {
      ...(engine.host !== '' && { host: engine.host }),
      ...(engine.tls_cert_path !== '' && { tls_cert_path: engine.tls_cert_path }),
      tls_verify: engine.tls_verify,
      image: draft.image,
      ...(practice?.helperImage !== undefined && { helper_image: practice.helperImage }),
      ...((facts.isLocalImage || practice) && { pull_policy: 'if-not-present' }),
      privileged: false,
      volumes,
      shm_size: 0,
    },
  }
}

const volumeOf = ({ source, target, readOnly }: SetupDraft['mounts'][number]) =>
  `${source}:${target || source}${readOnly ? ':ro' : ''}`

/** Prepends; an empty PATH keeps no stray colon, which would stand for the working directory. */
const pathScript = (folders: readonly string[]) =>
  folders.length === 0 ? '' : `export PATH="${folders.join(':')}\${PATH:+:$PATH}"\n`

const wholeSeconds = (date: Date) => new Date(Math.floor(date.getTime() / 1000) * 1000)
