#!/usr/bin/env bash
# Runs an image as a container engine would, where there is only buildah: as process 1 of its own, as the image's user, on a
# read-only root with an empty /tmp, in the network of the host. Its exit code is that of the image; TERM and INT are passed
# on.
#
#   run-image.sh IMAGE [-v HOST:CONTAINER]… [--pid-file FILE] [-- ARGUMENT…]
#
# With --pid-file, FILE says which process it is, for nsenter. Needs root.
set -euo pipefail
image=$1
shift
binds=() pid_file=
while (($# > 0)); do
  case $1 in
    -v) binds+=("$2"); shift 2 ;;
    --pid-file) pid_file=$2; shift 2 ;;
    --) shift; break ;;
    *) echo "run-image.sh: unknown argument $1" >&2; exit 2 ;;
  esac
done

container=$(buildah from --pull-never "$image")
root=$(buildah mount "$container")
pid=
# The one that has become process 1, of the namespace that $pid has made.
first() { cat "/proc/$pid/task/$pid/children" 2>/dev/null || true; }
pass() { local one; for one in $(first); do kill -"$1" "$one" 2>/dev/null || true; done; }
clean_up() {
  [[ -z $pid ]] || { pass TERM; wait "$pid" || true; }
  buildah umount "$container" >/dev/null
  buildah rm "$container" >/dev/null
}
trap clean_up EXIT

field() { buildah inspect --type container --format "$1" "$container"; }
mapfile -t environment < <(field '{{range .OCIv1.Config.Env}}{{println .}}{{end}}' | sed '/^$/d')
mapfile -t entry < <(field '{{range .OCIv1.Config.Entrypoint}}{{println .}}{{end}}' | sed '/^$/d')
user=$(field '{{.OCIv1.Config.User}}')
folder=$(field '{{.OCIv1.Config.WorkingDir}}')
# Kubernetes, too, can tell from a number alone that it is not root.
[[ $user =~ ^[1-9][0-9]*:[1-9][0-9]*$ ]] || { echo "run-image.sh: the user of $image is $user, not a number" >&2; exit 2; }

# Found out beforehand, so that process 1 is the only child there ever is.
mounts=$(printf '%s\n' "${binds[@]}")
setpriv=$(command -v setpriv)
unshare=$(command -v unshare)
ROOT=$root BINDS=$mounts unshare --mount --pid --fork --kill-child -- bash -c '
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
' sh env -i "${environment[@]}" "$setpriv" --no-new-privs \
  "$unshare" --root "$root" --wd "$folder" --setgid "${user#*:}" --setuid "${user%:*}" -- "${entry[@]}" "$@" &
pid=$!
trap 'pass TERM' TERM INT
if [[ -n $pid_file ]]; then
  until [[ -n $(first) ]] || ! kill -0 "$pid" 2>/dev/null; do sleep 0.01; done
  first >"$pid_file"
fi
code=0
wait "$pid" || code=$?
# A signal for this script ends the wait, not the image.
while kill -0 "$pid" 2>/dev/null; do
  code=0
  wait "$pid" || code=$?
done
pid=
exit "$code"
