using KernelMem.Annotations;

// The library holds itself to what it asks of kernels: what may allocate says so.
[assembly: NoAlloc]
