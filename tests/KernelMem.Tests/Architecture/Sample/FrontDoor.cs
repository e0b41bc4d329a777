using KernelMem.Tests.Architecture.Sample.High;

namespace KernelMem.Tests.Architecture.Sample;

/// <summary>The root namespace: above all floors.</summary>
public struct FrontDoor
{
    public Upper Below { get; set; }
}
