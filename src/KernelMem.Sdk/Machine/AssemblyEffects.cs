using KernelMem.Annotations;

// Held to what it asks of kernels. Its native code is assembly that knows no managed heap.
[assembly: NoAlloc]
