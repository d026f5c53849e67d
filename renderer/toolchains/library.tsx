import type { ShelvedToolchain, ShelvedVersion } from '../../main/contract/toolchain.ts'
import { linkTo } from '../state/route.ts'
import { useReader } from '../ui/reader.tsx'
import { contentOf, FingerprintMark } from './fingerprint-mark.tsx'

/** Every toolchain, its versions side by side. */
export function Library({ toolchains }: { readonly toolchains: readonly ShelvedToolchain[] }) {
  const { words } = useReader()
  const { columns } = words.toolchains
  return (
    <table className="library">
      <thead>
        <tr>
          <th scope="col">{columns.version}</th>
          <th scope="col">{columns.folder}</th>
          <th scope="col" className="number">
            {columns.size}
          </th>
          <th scope="col">{columns.usedBy}</th>
          <th scope="col">{columns.content}</th>
        </tr>
      </thead>
      {toolchains.map(({ name, versions }) => (
        <tbody key={name}>
          <tr className="library-name">
            <th scope="rowgroup" colSpan={5}>
              {name}
            </th>
          </tr>
          {versions.map((version) => (
            <VersionRow key={version.form.version} version={version} />
          ))}
        </tbody>
      ))}
    </table>
  )
}

function VersionRow({ version }: { readonly version: ShelvedVersion }) {
  const { words, format } = useReader()
  const { form, isCurrent, isFolderThere, fingerprint, runners, jobCount, sees } = version
  const href = linkTo({ page: 'toolchain', name: form.name, version: form.version })
  const content = contentOf(fingerprint)
  const users = runners.map(({ name }) => name).join(', ')
  return (
    // The link inside is what the keyboard reaches.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <tr
      className="library-row"
      onClick={(event) => {
        if (!(event.target instanceof HTMLAnchorElement)) window.location.hash = href
      }}
    >
      <th scope="row">
        <a className="job-name" href={href} aria-label={`${form.name} ${form.version}`}>
          {form.version}
        </a>
        {isCurrent && <span className="tag">{words.toolchains.current}</span>}
      </th>
      <td className="library-folder">
        <span className="mono cut" title={`${form.folder} → ${sees.mount.target}`}>
          {form.folder} <span className="soft">→ {sees.mount.target}</span>
        </span>
      </td>
      <td className="number" title={content && words.toolchains.files(content.files)}>
        {content === undefined ? '–' : format.size(content.bytes)}
      </td>
      <td>
        <span className="cut library-users" title={users}>
          {users === '' ? <span className="soft">{words.toolchains.unused}</span> : users}
          {jobCount > 0 && <span className="soft"> · {words.toolchains.jobs(jobCount)}</span>}
        </span>
      </td>
      <td>
        {isFolderThere ? (
          <FingerprintMark state={fingerprint} />
        ) : (
          <span className="tone-bad">{words.toolchains.folderGone}</span>
        )}
      </td>
    </tr>
  )
}
