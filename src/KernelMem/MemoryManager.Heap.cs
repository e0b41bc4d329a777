using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Heap;
using KernelMem.Platform;

namespace KernelMem;

/// <content>The heap's everyday calls; <see cref="Heap"/> has the rest.</content>
public readonly unsafe partial struct MemoryManager<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <summary>Allocates a block of the kernel heap; contents as they are.</summary>
    /// <param name="bytes">How many, at least 1.</param>
    /// <param name="alignment">What the address is a multiple of: a power of two, up to <see cref="HeapLimits.MaxAlignment"/>.</param>
    /// <returns>The block; or why not, with nothing changed.</returns>
    [MayBlock("waits for other CPUs when it takes back what it had begun")]
    public Result<VirtAddr, MemoryFailure> AllocateHeap(ulong bytes, [PowerOfTwo] ulong alignment = HeapLimits.MinAlignment)
    {
        if (!Has(MemoryManagerState.Ready))
            return MemoryFailure.OutOfOrder;
        return Translate(_header->Heap.Allocate(bytes, alignment));
    }

    /// <summary>Allocates a block of the kernel heap, filled with zeros.</summary>
    /// <inheritdoc cref="AllocateHeap"/>
    [MayBlock("waits for other CPUs when it takes back what it had begun")]
    public Result<VirtAddr, MemoryFailure> AllocateHeapZeroed(ulong bytes, [PowerOfTwo] ulong alignment = HeapLimits.MinAlignment)
    {
        if (!Has(MemoryManagerState.Ready))
            return MemoryFailure.OutOfOrder;
        return Translate(_header->Heap.AllocateZeroed(bytes, alignment));
    }

    /// <summary>Makes a block larger or smaller, moving it if need be; what both sizes have stays. Hold no spin lock: this waits for other CPUs.</summary>
    /// <param name="block">The block; it is the caller's no more on success.</param>
    /// <param name="bytes">How many, at least 1.</param>
    /// <returns>The block, perhaps elsewhere; or why not, with nothing changed.</returns>
    [MayBlock("waits for other CPUs")]
    public Result<VirtAddr, MemoryFailure> ReallocateHeap(VirtAddr block, ulong bytes)
    {
        if (!Has(MemoryManagerState.Ready))
            return MemoryFailure.OutOfOrder;
        return Translate(_header->Heap.Reallocate(block, bytes));
    }

    /// <summary>Frees a block. Hold no spin lock: this waits for other CPUs.</summary>
    /// <param name="block">What an allocation gave.</param>
    /// <returns>Success; or why not, with nothing changed: a second free is refused.</returns>
    [MayBlock("waits for other CPUs")]
    public Result<MemoryFailure> FreeHeap(VirtAddr block)
    {
        if (!Has(MemoryManagerState.Ready))
            return MemoryFailure.OutOfOrder;
        return _header->Heap.Free(block).TryGetError(out HeapError error) ? (MemoryFailure)error : Result<MemoryFailure>.Success;
    }

    private static Result<VirtAddr, MemoryFailure> Translate(Result<VirtAddr, HeapError> result) =>
        result.TryGet(out VirtAddr block, out HeapError error) ? block : (MemoryFailure)error;
}
