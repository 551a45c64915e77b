# shellcheck shell=bash
# Sourced by ./package: the examples of a package.

# examples_copy CONFIGS FOLDER: copies configs without the files that somebody may have made there: keys and
# certificates (compose/certificates), variables and state of Terraform.
examples_copy() {
    mkdir -p "$2"
    (cd "$1" && find . -type f ! -path './compose/ca/*' ! -path '*/.terraform/*' ! -name .gitignore ! -name '*.key' \
        ! -name '*.crt' ! -name '*.tfstate*' ! -name '*.tfvars' -print0 | tar --null --no-recursion -T - -cf -) |
        tar -C "$2" -xf -
}
