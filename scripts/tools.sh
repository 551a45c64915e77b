# shellcheck shell=bash
# Sourced. Finds the programs a script needs and gets all that are missing in one call of the package manager where it may.
# The caller has sourced ui.sh and bin/java25.sh. A package that has several names in the releases of a distribution
# is written with all of them: "libipsec-mb2|libipsec-mb1".

# Administrators' programs are not on every user's PATH.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH

# A vendor's package counts where its repository is configured.
tools_jdk='openjdk-25-jdk-headless|temurin-25-jdk'

tools_missing=()

# tools_want PROGRAM PACKAGES: remembers the package if the program is not there.
tools_want() {
    command -v "$1" >/dev/null 2>&1 || tools_missing+=("$2")
}

# tools_want_library FILES PACKAGES: the same for a shared library; one of the files is enough.
tools_want_library() {
    local known file files
    known=$(ldconfig -p 2>/dev/null || true)
    IFS='|' read -r -a files <<<"$1"
    for file in "${files[@]}"; do
        [[ $known != *"$file "* ]] || return 0
    done
    tools_missing+=("$2")
}

# A server whose programs are not on the PATH, and which must not start by itself.
tools_want_postgresql() {
    local program
    for program in /usr/lib/postgresql/*/bin/initdb; do
        [ ! -x "$program" ] || return 0
    done
    tools_missing+=(postgresql)
}

# Debian's package makes a database and starts a server on this machine's port unless this file says otherwise.
tools_keep_postgresql_quiet() {
    # shellcheck disable=SC2016,SC2086 # the shell that runs as root expands it; one or two words on purpose
    $tools_root sh -c 'conf=/etc/postgresql-common/createcluster.conf
        [ -e "$conf" ] || { mkdir -p "${conf%/*}" && echo "create_main_cluster = false" >"$conf"; }'
}

# What ./demo and ./verify have for speed on the CPUs that there is such a library for.
tools_want_ciphers() {
    [ "$(uname -m)" != x86_64 ] || tools_want_library 'libIPSec_MB.so.2|libIPSec_MB.so.1' 'libipsec-mb2|libipsec-mb1'
}

# Sets JAVA_HOME to a JDK 25 or newer, or remembers its package.
tools_want_java() {
    JAVA_HOME=$(java25_home)
    if [ -n "$JAVA_HOME" ]; then
        export JAVA_HOME
    else
        unset JAVA_HOME
        tools_missing+=("$tools_jdk")
    fi
}

# Prints what must stand before a command that needs root, or fails when there is no way without a password.
tools_as_root() {
    if [ "$(id -u)" = 0 ]; then
        echo env
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        echo 'sudo -n'
    else
        return 1
    fi
}

# ---- the package manager --------------------------------------------------------------------------------------------

# Why nothing, or not everything, was installed; empty when nothing was tried.
tools_trouble=''
tools_interrupted=no
tools_log=''

# tools_candidate PACKAGES: prints the first of the names that the package manager could install.
tools_candidate() {
    local name names policy
    IFS='|' read -r -a names <<<"$1"
    for name in "${names[@]}"; do
        policy=$(LC_ALL=C apt-cache policy "$name" 2>/dev/null) || policy=''
        if [[ $policy == *'Candidate: '[!\(]* ]]; then
            echo "$name"
            return 0
        fi
    done
    return 1
}

tools_have_candidates() {
    local package
    for package in "$@"; do
        tools_candidate "$package" >/dev/null || return 1
    done
}

# One line from a log of apt-get.
tools_reason() {
    local text
    text=$(<"$1") || text=''
    case $text in
        *'Could not resolve'* | *'Could not connect'* | *'Unable to connect'* | *'Connection failed'* | *'Failed to fetch'* | *'Temporary failure'*)
            echo "its servers cannot be reached (no network, or a proxy that apt is not told of)"
            ;;
        *'Could not get lock'* | *'Unable to acquire'* | *'Unable to lock'*) echo "another program is using it" ;;
        *'No space left'*) echo "the disk is full" ;;
        *'Read-only file system'*) echo "this system is read-only" ;;
        *) sed -n '/^E: /{s/^E: //p;q}' "$1" ;;
    esac
}

# Ends what can be ended at any point: reading lists and downloading. Root's processes take root to end them.
tools_interrupt() {
    tools_interrupted=yes
    # shellcheck disable=SC2086,SC2016 # one or two words on purpose; the shell has a kill, a small system may have no other
    [ -z "$ui_child" ] || $1 sh -c 'kill -s TERM -- "$0"' "-$ui_child" 2>/dev/null || true
}

# tools_apt LABEL ARGUMENT...: runs apt-get as root.
tools_apt() {
    local label=$1
    shift
    # shellcheck disable=SC2086
    ui_run_logged "$label" "$tools_log" $tools_root env LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get -q -y \
        -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold "$@"
}

tools_leave_apt() {
    trap - EXIT INT TERM HUP
    rm -f -- "$tools_log"
    [ "$tools_interrupted" = no ] || exit 130
}

# Installs the packages that the package manager has a candidate for. What did not work is in tools_trouble.
tools_install() {
    local package wanted=()
    tools_trouble=''
    command -v apt-get >/dev/null 2>&1 || return 1
    tools_root=$(tools_as_root) || return 1
    tools_log=$(mktemp)
    trap 'rm -f -- "$tools_log"' EXIT
    trap 'tools_interrupt "$tools_root"' INT TERM HUP
    if ! tools_have_candidates "$@" &&
        ! tools_apt "reading the package lists" -o APT::Update::Error-Mode=any update; then
        tools_trouble=$(tools_reason "$tools_log")
    fi
    if [ "$tools_interrupted" = no ]; then
        for package in "$@"; do
            ! package=$(tools_candidate "$package") || wanted+=("$package")
        done
        [ ${#wanted[@]} = 0 ] || tools_install_these "${wanted[@]}"
    fi
    tools_leave_apt
    hash -r
}

tools_install_these() {
    if ! tools_apt "downloading $*" --download-only --no-install-recommends install "$@"; then
        tools_trouble=$(tools_reason "$tools_log")
        return 0
    fi
    [ "$tools_interrupted" = no ] || return 0
    [[ " $* " != *" postgresql "* ]] || tools_keep_postgresql_quiet
    # Half of an installation is worse than a wait.
    trap 'tools_interrupted=yes; ui_say "interrupted: the package manager ends first what it has begun"' INT TERM HUP
    if ! tools_apt "installing $*" --no-install-recommends install "$@"; then
        tools_trouble=$(tools_reason "$tools_log")
        return 0
    fi
    ui_say "installed $*"
}

# ---- settling -------------------------------------------------------------------------------------------------------

# tools_settle NEEDED [WELCOME]: both are functions that call tools_want for everything. What either misses is installed
# in one go. Ends the script when something needed is missing still; what is missing of the rest stays in tools_missing.
tools_settle() {
    tools_missing=()
    "$1"
    "${2:-:}"
    if [ ${#tools_missing[@]} != 0 ]; then
        tools_install "${tools_missing[@]}" || true
    fi
    tools_missing=()
    "$1"
    [ ${#tools_missing[@]} = 0 ] || tools_end_missing
    "${2:-:}"
    [ ${#tools_missing[@]} = 0 ] || [ -z "$tools_trouble" ] ||
        ui_say "! the package manager could not install all that is wanted: $tools_trouble"
}

# The names of packages for a person: "a, b or c".
tools_names() {
    local text
    printf -v text '%s, ' "$@"
    text=${text%, }
    echo "${text//|/ or }"
}

# Says all that is missing and what to do about it.
tools_end_missing() {
    {
        ui_cross "missing: $(tools_names "${tools_missing[@]}")"
        [ -z "$tools_trouble" ] || ui_say "  the package manager could not install it: $tools_trouble"
        tools_cure
    } >&2
    exit 1
}

tools_cure() {
    local package name known=() unknown=()
    for package in "${tools_missing[@]}"; do
        if ! command -v apt-get >/dev/null 2>&1; then
            unknown+=("$package")
        elif name=$(tools_candidate "$package"); then
            known+=("$name")
        elif [ "$package" != "$tools_jdk" ]; then
            # The lists may be old or not read yet.
            known+=("${package%%|*}")
        fi
    done
    if [ ${#known[@]} != 0 ]; then
        echo "  as root:"
        printf '    apt-get update\n'
        tools_command apt-get install "${known[@]}"
    fi
    [ ${#unknown[@]} = 0 ] || ui_say "  install your system's packages of these (the names are Debian's)"
    [[ " ${tools_missing[*]} " != *" $tools_jdk "* ]] || [[ " ${known[*]} " == *jdk* ]] || tools_cure_jdk
}

# Prints a command on lines that can be pasted.
tools_command() {
    local line="    $1" word
    shift
    for word in "$@"; do
        if [ $((${#line} + ${#word})) -gt 94 ]; then
            printf '%s \\\n' "$line"
            line='       '
        fi
        line="$line $word"
    done
    printf '%s\n' "$line"
}

# There is no package of a JDK 25 here. Debian 12 can take that of Debian 13, from wherever it has its packages.
tools_cure_jdk() {
    local release='' list=''
    # shellcheck disable=SC1091
    release=$(. /etc/os-release 2>/dev/null && echo "${VERSION_CODENAME:-}") || release=''
    for list in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list ''; do
        if [ -n "$list" ] && grep -qs bookworm "$list"; then
            break
        fi
    done
    if [ "$release" != bookworm ] || [ -z "$list" ]; then
        ui_say "  a JDK 25 or newer: any vendor's will do, with JAVA_HOME set to where it is"
        return 0
    fi
    ui_say "  Debian 12 (bookworm) has no JDK 25. Either set JAVA_HOME to any vendor's, or take that of Debian 13; it" \
        "brings its libc6 with it, the rest of the system stays. As root:"
    cat <<TEXT
    sed 's/bookworm/trixie/g' $list \\
        >/etc/apt/sources.list.d/trixie.${list##*.}
    printf 'Package: *\nPin: release n=trixie*\nPin-Priority: 100\n' \\
        >/etc/apt/preferences.d/trixie
    apt-get update
    apt-get install -y -t trixie --no-install-recommends openjdk-25-jdk-headless
TEXT
}

# Ends the script with the one thing to do.
tools_end() {
    ui_cross "$1" >&2
    exit 1
}

# ---- the clone ------------------------------------------------------------------------------------------------------

# Ends the script if nothing can be built here. The clone is the current folder.
tools_require_writable() {
    local trouble
    trouble=$(java25_unwritable "$PWD") || true
    [ -z "$trouble" ] || tools_end "$trouble"
}

# One line about a failed build that the user can do something about; else nothing. tools_build_trouble LOG
tools_build_trouble() {
    local own
    own=$(sed -n '/^Error: .*\(writable\|read-only\)/{s/^Error: //p;q}' "$1")
    if [ -n "$own" ]; then
        echo "$own"
    elif grep -q -e 'Could not transfer' -e 'Unknown host' -e 'Cannot access .* in offline mode' -e 'Connection refused' "$1"; then
        echo "Maven cannot reach its repository: no network, or ~/.m2/settings.xml lacks a mirror or proxy"
    elif grep -q 'No space left on device' "$1"; then
        echo "the disk is full"
    fi
}
