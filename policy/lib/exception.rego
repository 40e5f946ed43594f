# METADATA
# description: What single workloads may that others may not.
package lib.exception

# allows says whether policy/parameters/pods.yaml lets a workload do something.
allows(entry, what) if what in data.parameters.pods.exceptions[entry.id].may
