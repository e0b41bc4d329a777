using System.Linq;
using KernelMem.Generators.Helpers;

namespace KernelMem.Generators.Model;

/// <summary>A declared layout without errors: all that the writer needs, and nothing of the compilation it came from.</summary>
/// <param name="Namespace">Empty for the global namespace.</param>
/// <param name="ContainingTypes">The headers to re-open around the layout, outermost first: <c>partial class Outer</c>.</param>
/// <param name="Name">The struct's name.</param>
/// <param name="HintName">The name of the generated file.</param>
/// <param name="Storage">The integer underneath.</param>
/// <param name="Fields">By position, least significant first.</param>
/// <param name="Unnamed">By position, least significant first.</param>
internal sealed record LayoutModel(
    string Namespace,
    EquatableArray<string> ContainingTypes,
    string Name,
    string HintName,
    StorageType Storage,
    EquatableArray<FieldModel> Fields,
    EquatableArray<UnnamedBits> Unnamed)
{
    public ulong ReservedMask => MaskOf(UnnamedRole.Reserved);

    public ulong FixedMask => FixedValue | MaskOf(UnnamedRole.FixedZero);

    public ulong FixedValue => MaskOf(UnnamedRole.FixedOne);

    private ulong MaskOf(UnnamedRole role)
        => Unnamed.Where(unnamed => unnamed.Role == role).Aggregate(0UL, (mask, unnamed) => mask | unnamed.Bits.Mask);
}
