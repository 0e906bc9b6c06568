#!/bin/bash
# The Dockerfile without Docker: built by buildah in a chroot over a base of Debian's packages, then
# run as compose.yaml runs it (read-only root, user 10001, no capability, /data alone to write in).
# As root, on Debian 12 with buildah, mmdebstrap and bubblewrap installed:
#
#     tests/bench/container.sh build [OPTION OF BUILDAH ...]     # -v FILE:FILE:ro for one's pip.conf
#     tests/bench/container.sh run ingest /articles
#     tests/bench/container.sh run doctor
#     tests/bench/container.sh health                            # of a bot that runs beside it
#
# ROOM (/tmp/dateline-container) keeps the base and /data; ARTICLES (seeds) is seen as /articles.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
room=${ROOM:-/tmp/dateline-container}
image=localhost/dateline
export BUILDAH_ISOLATION=chroot

build() {
    mkdir -p "$room"
    if ! buildah inspect --type image docker.io/library/python:3.11-slim >/dev/null 2>&1; then
        mmdebstrap --variant=minbase --include=python3,python3-venv,python-is-python3,ca-certificates \
            bookworm "$room/base.tar"
        base=$(buildah from scratch)
        buildah add -q "$base" "$room/base.tar" /
        buildah commit -q --rm "$base" docker.io/library/python:3.11-slim
    fi
    buildah build --pull-never --format docker --network host "$@" -t "$image" "$here"
}

contained() {
    container=$(buildah from --pull-never "$image")
    trap 'umount "$room/root"; buildah rm "$container" >/dev/null' EXIT
    mkdir -p "$room/root" "$room/data"
    mount --bind "$(buildah mount "$container")" "$room/root"
    mkdir -p "$room/root/articles"
    chown 10001:10001 "$room/data"
    setting=()
    while IFS= read -r line; do setting+=(--setenv "${line%%=*}" "${line#*=}"); done < <(
        buildah inspect --type image --format '{{range .Docker.Config.Env}}{{println .}}{{end}}' "$image" | grep =)
    setpriv --reuid 10001 --regid 10001 --clear-groups --bounding-set -all --inh-caps -all \
        --no-new-privs bwrap --unshare-user --unshare-pid --unshare-ipc --ro-bind "$room/root" / \
        --bind "$room/data" /data --ro-bind "$(realpath "${ARTICLES:-$here/seeds}")" /articles \
        --tmpfs /tmp --proc /proc --dev /dev --chdir /data --clearenv "${setting[@]}" "$@"
}

case ${1:-} in
build) shift && build "$@" ;;
run) shift && contained dateline "$@" ;;
health) contained python -c "$(sed -n 's/.*CMD \["python", "-c", "\(.*\)"\]$/\1/p' "$here/Dockerfile")" ;;
*) sed -n '2,12p' "$0" && exit 2 ;;
esac
