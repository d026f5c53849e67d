import { quote } from '../script/quote.ts'

export interface SeedPaths {
  /** The store's folder, which only this script ever writes to. */
  readonly store: string
  /** The new slot's project folder. */
  readonly slot: string
  /** Project folders of other slots, by slot number. They are only read. */
  readonly others: readonly { readonly slot: number; readonly project: string }[]
}

/** Refs that only tell the server what is there already; gone once the first fetch has used them. */
export const seedRefs = 'refs/drydock'

/** Names a repository that was made from the store and was not fetched into yet. */
export const seedMark = 'drydock-seeded'

/**
 * Shell text that brings a project's store up to date from its slots and makes a new slot's repository from it. Prints
 * the bytes copied; exit code 3 = there is nothing to copy.
 *
 * A slot is written to by its jobs, so nothing of it is trusted: its configuration is not read, and its objects enter
 * the store through git, which names each by its content. From the store they are plain copies.
 */
export const seedScript = (
  { store, slot, others }: SeedPaths,
  { umask }: { readonly umask: boolean },
) => `set -eu
${umask ? 'umask 0000' : 'umask 0022'}
store=${quote(`${store}/objects.git`)} slot=${quote(slot)} new=${quote(`${slot}/.git.new`)}
export HOME=/drydock/home GIT_CONFIG_NOSYSTEM=1
mkdir -p "$HOME"
# Deltas are taken over and not searched for: that is the slow part, and the disk is not.
printf '[safe]\\n\\tdirectory = *\\n[gc]\\n\\tautoDetach = false\\n[init]\\n\\tdefaultBranch = none\\n' > "$HOME/.gitconfig"
trap 'rm -rf -- "$new"' EXIT
trap 'exit 1' TERM

# What a killed run left.
if [ -d "$store" ]; then
  find "$store" -type f \\( -name '*.lock' -o -name 'tmp_*' \\) -exec rm -f -- {} +
else
  git init -q --bare "$store"
fi

# A repository of our own over a slot's objects.
view=/drydock/view
look() {
  rm -rf "$view"
  git init -q --bare "$view"
  cp -RP "$1/refs/." "$view/refs/"
  for file in packed-refs shallow; do
    if [ -f "$1/$file" ] && [ ! -L "$1/$file" ]; then cp "$1/$file" "$view/$file"; fi
  done
  printf '%s\\n' "$1/objects" > "$view/objects/info/alternates"
  # What a shallow store has is not completed by fetching.
  if [ -f "$store/shallow" ] && [ ! -f "$view/shallow" ]; then
    rm -rf "$store"
    git init -q --bare "$store"
  fi
}
# An empty store reads packs as they are, which is faster than having git make new ones of them. What a repack takes
# away meanwhile is missed by the fetch that follows.
import_objects() {
  for pack in "$store"/objects/pack/*.pack; do if [ -f "$pack" ]; then return 0; fi; done
  for pack in "$1"/objects/pack/pack-*.pack; do
    if [ ! -f "$pack" ] || [ -L "$pack" ]; then continue; fi
    git -C "$store" index-pack --stdin < "$pack" >/dev/null || :
  done
  (cd "$1/objects" && find ?? -type f 2>/dev/null | tr -d /) | grep -E '^[0-9a-f]{40}$' > /drydock/loose || :
  if [ -s /drydock/loose ]; then
    git --git-dir="$view" pack-objects -q --stdout < /drydock/loose | git -C "$store" index-pack --stdin >/dev/null || :
  fi
}
collect() {
  if [ ! -d "$2/objects" ] || [ ! -d "$2/refs" ]; then return 0; fi
  look "$2"
  import_objects "$2"
  git -C "$store" fetch -q --no-tags --no-write-fetch-head --update-shallow --prune "$view" \\
    "+refs/*:${seedRefs}/$1/*" || echo "slot $1 could not be read" >&2
}
${others.map((other) => `collect ${other.slot} ${quote(`${other.project}/.git`)}`).join('\n')}

git -C "$store" pack-refs --all
if ! grep -q '^[0-9a-f]' "$store/packed-refs" 2>/dev/null; then exit 3; fi
mkdir -p "$slot"
# Links that a job left lead nowhere.
if [ "$(cd -P -- "$slot" && pwd -P)" != "$slot" ]; then exit 3; fi
rm -rf -- "$new"
mkdir "$new" "$new/refs"
if ! cp -R "$store/objects" "$new/objects"; then
  # One that cannot be read is made again next time.
  rm -rf -- "$store"
  exit 1
fi
cp "$store/packed-refs" "$new/packed-refs"
if [ -f "$store/shallow" ]; then cp "$store/shallow" "$new/shallow"; fi
echo 'ref: refs/heads/none' > "$new/HEAD"
: > "$new/${seedMark}"
mv -- "$new" "$slot/.git"
set -- $(du -sk "$slot/.git/objects")
echo "$(($1 * 1024))"
`
