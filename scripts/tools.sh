# shellcheck shell=bash
# Sourced. Finds the programs a script needs and gets missing ones through the package manager where it may.
# The caller has set root and has sourced ui.sh and bin/java25.sh.

tools_missing=()

# Administrators' programs are not on every user's PATH.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH

# tools_want PROGRAM PACKAGE: remembers the package if the program is not there.
tools_want() {
    command -v "$1" >/dev/null 2>&1 || tools_missing+=("$2")
}

# tools_want_library FILE PACKAGE: the same for a shared library, where there is a package of it for this CPU.
tools_want_library() {
    local known
    known=$(ldconfig -p 2>/dev/null || true)
    case $known in
        *"$1 "*) ;;
        *) tools_missing+=("$2") ;;
    esac
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

# Installs the packages that the package manager has a candidate for; fails if it cannot install anything.
tools_install() {
    local as_root package log wanted=()
    command -v apt-get >/dev/null 2>&1 || return 1
    as_root=$(tools_as_root) || return 1
    log=$(mktemp)
    if ! tools_have_candidates "$@"; then
        # shellcheck disable=SC2086 # as_root is one or two words on purpose
        ui_run_logged "reading the package lists" "$log" $as_root apt-get -q update || true
    fi
    for package in "$@"; do
        ! tools_have_candidates "$package" || wanted+=("$package")
    done
    if [ ${#wanted[@]} = 0 ]; then
        rm -f "$log"
        return 1
    fi
    # shellcheck disable=SC2086
    if ! ui_run_logged "installing ${wanted[*]}" "$log" $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -y -o DPkg::Lock::Timeout=120 install --no-install-recommends "${wanted[@]}"; then
        ui_tail "$log"
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
    ui_say "installed ${wanted[*]}"
}

tools_have_candidates() {
    local package
    for package in "$@"; do
        LC_ALL=C apt-cache policy "$package" 2>/dev/null | grep -q 'Candidate: [^(]' || return 1
    done
}

# Installs what tools_want found missing and asks again; what is still missing stays in tools_missing.
# tools_settle CHECK: CHECK is a function that calls tools_want for everything.
tools_settle() {
    tools_missing=()
    "$1"
    [ ${#tools_missing[@]} != 0 ] || return 0
    tools_install "${tools_missing[@]}" || true
    hash -r
    tools_missing=()
    "$1"
}

# Sets JAVA_HOME to a JDK 25 or newer, which it installs when the distribution has one.
tools_java() {
    JAVA_HOME=$(java25_home)
    if [ -z "$JAVA_HOME" ]; then
        tools_install openjdk-25-jdk-headless || true
        JAVA_HOME=$(java25_home)
    fi
    if [ -z "$JAVA_HOME" ]; then
        unset JAVA_HOME
        tools_end "a JDK 25 or newer (the package openjdk-25-jdk-headless, or any vendor's JDK with JAVA_HOME set to it)"
    fi
    export JAVA_HOME
}

# Ends the script with the one thing to do.
tools_end() {
    ui_cross "missing: $1" >&2
    exit 1
}

# Ends the script if anything is missing still.
tools_require_settled() {
    [ ${#tools_missing[@]} = 0 ] ||
        tools_end "run  sudo apt-get install ${tools_missing[*]}  (or your system's packages of these programs)"
}
