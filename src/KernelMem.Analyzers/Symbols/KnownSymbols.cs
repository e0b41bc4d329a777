using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Symbols;

/// <summary>
/// The attribute types of one compilation, looked up once and shared by all rules. A type that the compilation does not have is null,
/// and nothing is marked with it.
/// </summary>
internal sealed class KnownSymbols
{
    private static readonly ConditionalWeakTable<Compilation, KnownSymbols> s_cache = new();

    private KnownSymbols(Compilation compilation)
    {
        NoAlloc = Find(compilation, KnownNames.NoAlloc);
        MayAlloc = Find(compilation, KnownNames.MayAlloc);
        TrustedNoAlloc = Find(compilation, KnownNames.TrustedNoAlloc);
        NoThrow = Find(compilation, KnownNames.NoThrow);
        NonBlocking = Find(compilation, KnownNames.NonBlocking);
        MayBlock = Find(compilation, KnownNames.MayBlock);
        Aligned = Find(compilation, KnownNames.Aligned);
        AlignmentUnit = Find(compilation, KnownNames.AlignmentUnit);
        PowerOfTwo = Find(compilation, KnownNames.PowerOfTwo);
        PreservesValue = Find(compilation, KnownNames.PreservesValue);
        HardwareStruct = Find(compilation, KnownNames.HardwareStruct);
        ExpectedSize = Find(compilation, KnownNames.ExpectedSize);
        ExpectedOffset = Find(compilation, KnownNames.ExpectedOffset);
        UserMemory = Find(compilation, KnownNames.UserMemory);
        GrantsWrite = Find(compilation, KnownNames.GrantsWrite);
        GrantsExecute = Find(compilation, KnownNames.GrantsExecute);
        CanonicalAddress = Find(compilation, KnownNames.CanonicalAddress);
        BitLayout = Find(compilation, KnownNames.BitLayout);
        MustUse = Find(compilation, KnownNames.MustUse);
        Affine = Find(compilation, KnownNames.Affine);
    }

    public INamedTypeSymbol? NoAlloc { get; }

    public INamedTypeSymbol? MayAlloc { get; }

    public INamedTypeSymbol? TrustedNoAlloc { get; }

    public INamedTypeSymbol? NoThrow { get; }

    public INamedTypeSymbol? NonBlocking { get; }

    public INamedTypeSymbol? MayBlock { get; }

    public INamedTypeSymbol? Aligned { get; }

    public INamedTypeSymbol? AlignmentUnit { get; }

    public INamedTypeSymbol? PowerOfTwo { get; }

    public INamedTypeSymbol? PreservesValue { get; }

    public INamedTypeSymbol? HardwareStruct { get; }

    public INamedTypeSymbol? ExpectedSize { get; }

    public INamedTypeSymbol? ExpectedOffset { get; }

    public INamedTypeSymbol? UserMemory { get; }

    public INamedTypeSymbol? GrantsWrite { get; }

    public INamedTypeSymbol? GrantsExecute { get; }

    public INamedTypeSymbol? CanonicalAddress { get; }

    public INamedTypeSymbol? BitLayout { get; }

    public INamedTypeSymbol? MustUse { get; }

    public INamedTypeSymbol? Affine { get; }

    /// <summary>Whether the compilation knows the vocabulary at all: it refers to KernelMem, or declares the attributes itself.</summary>
    public bool HasVocabulary => NoAlloc is not null || MustUse is not null || UserMemory is not null || HardwareStruct is not null;

    /// <summary>Those that there are.</summary>
    public IEnumerable<INamedTypeSymbol> All => new[]
        {
            NoAlloc, MayAlloc, TrustedNoAlloc, NoThrow, NonBlocking, MayBlock, Aligned, AlignmentUnit, PowerOfTwo, PreservesValue,
            HardwareStruct, ExpectedSize, ExpectedOffset, UserMemory, GrantsWrite, GrantsExecute, CanonicalAddress, BitLayout, MustUse, Affine,
        }.OfType<INamedTypeSymbol>();

    public static KnownSymbols Of(Compilation compilation) => s_cache.GetValue(compilation, static key => new KnownSymbols(key));

    /// <summary>The type of that name: the compilation's own before a reference's, should several assemblies have one.</summary>
    private static INamedTypeSymbol? Find(Compilation compilation, string name)
    {
        if (compilation.GetTypeByMetadataName(name) is { } only)
            return only;

        var candidates = compilation.GetTypesByMetadataName(name);
        return candidates.IsEmpty ? null : candidates[0];
    }
}
