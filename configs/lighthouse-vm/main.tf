# A lighthouse on one small VM in an OpenStack cloud, with a public address and one open port: docs/lighthouse.md.
# Another cloud takes the same cloud-init.yaml as user data, and the same two rules.

terraform {
  required_version = ">= 1.5"
  required_providers {
    openstack = {
      source  = "terraform-provider-openstack/openstack"
      version = "~> 3.4"
    }
  }
}

variable "package_url" {
  description = "Where the VM gets asterism_VERSION_amd64.deb from"
  type        = string
  validation {
    # It gets into a script of the VM, between quotes.
    condition     = can(regex("^https://[A-Za-z0-9._~:/?#@!&()*+,;=%-]+$", var.package_url))
    error_message = "package_url must begin with https:// and have neither spaces nor quotes"
  }
}

variable "package_sha256" {
  description = "Its line of SHA256SUMS"
  type        = string
  validation {
    condition     = can(regex("^[0-9a-f]{64}$", var.package_sha256))
    error_message = "package_sha256 has 64 hexadecimal digits"
  }
}

variable "enrolment_token" {
  description = "From asterism-cert invite -name lighthouse -networks 10.42.0.1/16: works once, for half an hour"
  type        = string
  sensitive   = true
  validation {
    condition     = can(regex("^asterism-token-1\\.[A-Za-z0-9_-]+$", trimspace(var.enrolment_token)))
    error_message = "enrolment_token is what asterism-cert invite prints: asterism-token-1. and letters"
  }
}

variable "image" {
  description = "Name of a Debian 12 or 13 image"
  type        = string
  default     = "debian-12"
}

variable "flavor" {
  description = "1 vCPU and 1 GB are enough for thousands of hosts"
  type        = string
  default     = "m1.small"
}

variable "network" {
  description = "Name of the network that the VM is in"
  type        = string
}

variable "public_network" {
  description = "Name of the network that public addresses come from"
  type        = string
  default     = "public"
}

variable "ssh_key" {
  description = "Name of a key pair, for the administrator"
  type        = string
}

variable "ssh_from" {
  description = "Where SSH may come from, as 203.0.113.7/32"
  type        = string
}

data "openstack_images_image_v2" "debian" {
  name        = var.image
  most_recent = true
}

data "openstack_networking_network_v2" "inside" {
  name = var.network
}

resource "openstack_networking_secgroup_v2" "lighthouse" {
  name        = "asterism-lighthouse"
  description = "UDP 4242 from everywhere, SSH from the administrator"
}

resource "openstack_networking_secgroup_rule_v2" "mesh" {
  for_each          = { IPv4 = "0.0.0.0/0", IPv6 = "::/0" }
  security_group_id = openstack_networking_secgroup_v2.lighthouse.id
  direction         = "ingress"
  ethertype         = each.key
  protocol          = "udp"
  port_range_min    = 4242
  port_range_max    = 4242
  remote_ip_prefix  = each.value
}

resource "openstack_networking_secgroup_rule_v2" "ssh" {
  security_group_id = openstack_networking_secgroup_v2.lighthouse.id
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  port_range_min    = 22
  port_range_max    = 22
  remote_ip_prefix  = var.ssh_from
}

resource "openstack_networking_port_v2" "lighthouse" {
  name               = "asterism-lighthouse"
  network_id         = data.openstack_networking_network_v2.inside.id
  security_group_ids = [openstack_networking_secgroup_v2.lighthouse.id]
}

resource "openstack_compute_instance_v2" "lighthouse" {
  name        = "asterism-lighthouse"
  image_id    = data.openstack_images_image_v2.debian.id
  flavor_name = var.flavor
  key_pair    = var.ssh_key
  user_data = templatefile("${path.module}/cloud-init.yaml", {
    package_url     = var.package_url
    package_sha256  = var.package_sha256
    enrolment_token = trimspace(var.enrolment_token)
  })

  network {
    port = openstack_networking_port_v2.lighthouse.id
  }

  lifecycle {
    # A new token or package is not a new lighthouse.
    ignore_changes = [user_data, image_id]
  }
}

resource "openstack_networking_floatingip_v2" "lighthouse" {
  pool = var.public_network
}

resource "openstack_networking_floatingip_associate_v2" "lighthouse" {
  floating_ip = openstack_networking_floatingip_v2.lighthouse.address
  port_id     = openstack_networking_port_v2.lighthouse.id
}

output "static_host_map" {
  description = "For the configuration of every node"
  value       = "\"10.42.0.1\": [\"${openstack_networking_floatingip_v2.lighthouse.address}:4242\"]"
}
