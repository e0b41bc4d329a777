namespace KernelMem.Heap;

/// <summary>A frame of 4 KiB that a heap keeps descriptors in, by a pointer to its bytes (in a kernel: into the direct map).</summary>
/// <param name="pointer">The first of 4096 bytes; 4 KiB aligned.</param>
public readonly unsafe struct HeapFrame(void* pointer)
{
    /// <summary>The first byte.</summary>
    public void* Pointer => pointer;
}
