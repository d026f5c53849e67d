/** Removes a tree whatever its modes; a mount point, which cannot go, is emptied (job-execution.md §7.2). */
export const removeTree = `_runner_remove() {
  if ! [ -e "$1" ] && ! [ -L "$1" ]; then return 0; fi
  rm -rf -- "$1" 2>/dev/null && return 0
  if ! [ -L "$1" ]; then chmod -R u+rwX -- "$1" 2>/dev/null || :; fi
  rm -rf -- "$1" 2>/dev/null && return 0
  [ -d "$1" ] && [ -z "$(ls -A -- "$1")" ]
}`
