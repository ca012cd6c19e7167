#!/usr/bin/env bash
# Runs an image as a container engine would, where there is only buildah: as the image's user, on a read-only root with an
# empty /tmp, in the network of the host. Its exit code is that of the image; TERM and INT are passed on.
#
#   run-image.sh IMAGE [-v HOST:CONTAINER]… [-- ARGUMENT…]      with [--as-command] ARGUMENTs instead of the entry point
#
# Needs root.
set -euo pipefail
image=$1
shift
binds=() as_command=false
while (($# > 0)); do
  case $1 in
    -v) binds+=("$2"); shift 2 ;;
    --as-command) as_command=true; shift ;;
    --) shift; break ;;
    *) echo "run-image.sh: unknown argument $1" >&2; exit 2 ;;
  esac
done

container=$(buildah from --pull-never "$image")
root=$(buildah mount "$container")
pid=
clean_up() {
  [[ -z $pid ]] || { kill -TERM "$pid" && wait "$pid"; } 2>/dev/null || true
  buildah umount "$container" >/dev/null
  buildah rm "$container" >/dev/null
}
trap clean_up EXIT

field() { buildah inspect --type container --format "$1" "$container"; }
mapfile -t environment < <(field '{{range .OCIv1.Config.Env}}{{println .}}{{end}}' | sed '/^$/d')
mapfile -t entry < <(field '{{range .OCIv1.Config.Entrypoint}}{{println .}}{{end}}' | sed '/^$/d')
user=$(field '{{.OCIv1.Config.User}}')
folder=$(field '{{.OCIv1.Config.WorkingDir}}')
! $as_command || entry=()
# Kubernetes, too, can tell from a number alone that it is not root.
[[ $user =~ ^[1-9][0-9]*:[1-9][0-9]*$ ]] || { echo "run-image.sh: the user of $image is $user, not a number" >&2; exit 2; }

ROOT=$root BINDS=$(printf '%s\n' "${binds[@]}") unshare --mount -- bash -c '
  set -e
  mount --make-rprivate /
  mount --bind "$ROOT" "$ROOT"
  mkdir -p "$ROOT/proc" "$ROOT/dev" "$ROOT/tmp"
  mount -t proc proc "$ROOT/proc"
  mount --rbind /dev "$ROOT/dev"
  mount -t tmpfs -o mode=1777 tmpfs "$ROOT/tmp"
  while IFS=: read -r from to; do
    [[ -n $from ]] || continue
    if [[ -d $from ]]; then mkdir -p "$ROOT$to"; else mkdir -p "$(dirname "$ROOT$to")" && touch "$ROOT$to"; fi
    mount --bind "$from" "$ROOT$to"
  done <<<"$BINDS"
  # What an engine puts there.
  for file in hosts resolv.conf; do [[ -e $ROOT/etc/$file ]] || cp "/etc/$file" "$ROOT/etc/$file"; done
  mount -o remount,bind,ro "$ROOT"
  exec "$@"
' sh env -i "${environment[@]}" "$(command -v setpriv)" --no-new-privs \
  "$(command -v unshare)" --root "$root" --wd "$folder" --setgid "${user#*:}" --setuid "${user%:*}" -- "${entry[@]}" "$@" &
pid=$!
trap 'kill -TERM "$pid" 2>/dev/null || true' TERM INT
code=0
wait "$pid" || code=$?
# A signal for this script ends the wait, not the image.
while kill -0 "$pid" 2>/dev/null; do
  code=0
  wait "$pid" || code=$?
done
pid=
exit "$code"
