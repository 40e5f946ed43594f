#!/bin/bash
# Makes a node for kind of a Debian that has kind's own files and the program
# `kubernetes`. It runs once, inside the container that becomes the node image.
set -euo pipefail

version=$1

# kind's entrypoint starts systemd; only what kind starts shall run.
ln -sf /lib/systemd/systemd /sbin/init
rm -f /lib/systemd/system/sysinit.target.wants/systemd-tmpfiles-setup.service \
  /lib/systemd/system/multi-user.target.wants/* \
  /etc/systemd/system/*.wants/* \
  /lib/systemd/system/local-fs.target.wants/* \
  /lib/systemd/system/sockets.target.wants/*udev* \
  /lib/systemd/system/sockets.target.wants/*initctl* \
  /lib/systemd/system/basic.target.wants/*
echo ReadKMsg=no >>/etc/systemd/journald.conf
chmod 0755 /kind/bin /kind/bin/*.sh /usr/local/bin/entrypoint
systemctl enable kubelet.service containerd.service undo-mount-hacks.service
systemctl mask systemd-binfmt.service

# Debian keeps containerd, runc and the network plugins where kind does not look.
for program in containerd ctr containerd-shim-runc-v2; do
  ln -sf "/usr/bin/$program" "/usr/local/bin/$program"
done
ln -sf /usr/sbin/runc /usr/local/sbin/runc
mkdir -p /opt/cni /etc/cni/net.d /etc/kubernetes/manifests
ln -sfn /usr/lib/cni /opt/cni/bin
# The kernel may withhold the right to lower an OOM score.
sed -i 's/restrict_oom_score_adj = false/restrict_oom_score_adj = true/' /etc/containerd/config.toml
ctr oci spec |
  jq '.hooks.createContainer[.hooks.createContainer | length] |= . + {"path": "/kind/bin/mount-product-files.sh"}' |
  jq 'del(.process.rlimits)' >/etc/containerd/cri-base.json

for program in kubeadm kubectl kubelet; do
  ln -sf kubernetes "/usr/bin/$program"
done

# Pods are on a bridge of the one node, on which kube-router enforces NetworkPolicies.
cat >/etc/cni/net.d/10-bridge.conflist <<'CNI'
{
  "cniVersion": "1.0.0",
  "name": "bridge",
  "plugins": [
    {
      "type": "bridge",
      "bridge": "cni0",
      "isGateway": true,
      "ipMasq": true,
      "hairpinMode": true,
      "ipam": {
        "type": "host-local",
        "ranges": [[{"subnet": "192.168.0.0/16"}]],
        "routes": [{"dst": "0.0.0.0/0"}]
      }
    },
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
CNI

mkdir -p /kind/manifests
echo "$version" >/kind/version
printf 'apiVersion: v1\nkind: List\nitems: []\n' >/kind/manifests/default-cni.yaml
# kind applies it and insists on an object: nothing here makes volumes by itself.
cat >/kind/manifests/default-storage.yaml <<'STORAGE'
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: standard
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
STORAGE

# The images of the cluster; containerd unpacks them when they are first used.
containerd >/tmp/containerd.log 2>&1 &
for _ in $(seq 100); do
  ctr version >/dev/null 2>&1 && break
  sleep 0.1
done
for image in /images/*.tar; do
  ctr --namespace=k8s.io images import --no-unpack --digests "$image" >/dev/null
done
kill %1
wait || true
rm -f /tmp/containerd.log
