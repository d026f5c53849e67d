import { Fragment } from 'react'

/** A path that breaks after a slash where its line is too short, not within a name. */
export function Path({ text }: { readonly text: string }) {
  return text.split(/(?<=\/)(?=[^/])/).map((part, index) => (
    // Parts of a path have no other identity than their order.
    // oxlint-disable-next-line react/no-array-index-key
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ))
}
