using System.Runtime.CompilerServices;

namespace KernelMem.Frames;

/// <summary>Which NUMA node memory has to lie in. <c>default</c> is any.</summary>
internal readonly struct NodeFilter
{
    private readonly byte _value; // the node plus 1; 0 is any

    private NodeFilter(byte value) => _value = value;

    /// <summary>Whether memory of every node will do.</summary>
    public bool IsAny => _value == 0;

    /// <summary>The node, unless any will do.</summary>
    public int Node => _value - 1;

    /// <summary>Memory of one node only.</summary>
    public static NodeFilter Only(int node) => new((byte)(node + 1));

    /// <summary>Whether memory of a node will do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Allows(byte node) => _value == 0 || _value == node + 1;
}
