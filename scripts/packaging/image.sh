# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of ./package
# Sourced by ./package, whose variables it reads: the container image.

# The Debian packages that the image takes files from, into the folder $work/base.
image_base() {
    local wanted names=() name
    mkdir "$work/base"
    if [ -n "${ASTERISM_IMAGE_BASE:-}" ]; then
        cp -- "$ASTERISM_IMAGE_BASE"/*.deb "$work/base/"
        return 0
    fi
    while read -r wanted; do
        if ! name=$(tools_candidate "$wanted"); then
            echo "Error: apt knows no package $(tools_names "$wanted"): an image takes Debian 12 or 13 (or set ASTERISM_IMAGE_BASE)" >&2
            return 1
        fi
        names+=("$name")
    done < <(python3 -B scripts/packaging/image.py packages)
    if ! (cd "$work/base" && apt-get -q download "${names[@]}") >"$work/base.log" 2>&1; then
        cat "$work/base.log" >&2
        echo "Error: apt-get download failed" >&2
        return 1
    fi
}

# image_build TREE FILE: without the start-up cache, which no two builds make alike (ADR 0074).
image_build() {
    local tree=$work/of-image home=$work/of-image/usr/lib/asterism documents=$work/of-image/usr/share/doc/asterism
    image_base
    cp -a -- "$1" "$tree"
    rm -rf -- "$home"/lib/*.aot "$documents"/examples "$documents"/{README.md,CHANGELOG.md,copyright}
    python3 -B scripts/packaging/image.py debian --base "$work/base" >"$work/debian.json"
    bill "$documents" "$home"{,/lib} --debian "$work/debian.json"
    python3 -B scripts/packaging/image.py image --base "$work/base" --tree "$tree" --version "$version" --epoch "$SOURCE_DATE_EPOCH" \
        --machine "$deb_machine" --revision "$(git rev-parse HEAD 2>/dev/null || echo unknown)" --out "$2" >"${2%.tar}.digest"
    ui_say "digest $(<"${2%.tar}.digest")"
}
