using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Layout;

/// <summary>
/// Lays out structs as the runtime does on x86-64. A struct has no known layout when it holds something managed, leaves its layout to the
/// runtime, or depends on a type parameter.
/// </summary>
internal sealed class StructLayouts
{
    private readonly ConcurrentDictionary<INamedTypeSymbol, StructShape?> _shapes = new(SymbolEqualityComparer.Default);

    /// <summary>The layout of a struct, or null when it has none that is known.</summary>
    public StructShape? Of(INamedTypeSymbol type) => Of(type, ImmutableHashSet.Create<ISymbol>(SymbolEqualityComparer.Default));

    /// <summary>The fields that every object of the type has, those of its properties included, in the order of their declaration.</summary>
    public static IEnumerable<IFieldSymbol> InstanceFields(INamedTypeSymbol type)
        => type.GetMembers().OfType<IFieldSymbol>().Where(static field => field is { IsStatic: false, IsConst: false });

    /// <summary>The events that every object of the type has a field for: no symbol shows it.</summary>
    public static IEnumerable<IEventSymbol> InstanceEvents(INamedTypeSymbol type)
        => type.GetMembers().OfType<IEventSymbol>().Where(static member => member is { IsStatic: false, AddMethod.IsImplicitlyDeclared: true });

    /// <summary>Lays out one struct.</summary>
    /// <param name="type">The struct.</param>
    /// <param name="around">The structs that it is being laid out for: one that holds itself has no layout, and does not compile.</param>
    private StructShape? Of(INamedTypeSymbol type, ImmutableHashSet<ISymbol> around)
    {
        if (_shapes.TryGetValue(type, out StructShape? known))
            return known;

        if (around.Contains(type))
            return null;

        return _shapes.GetOrAdd(type, Compute(type, around.Add(type)));
    }

    private StructShape? Compute(INamedTypeSymbol type, ImmutableHashSet<ISymbol> around)
    {
        if (KnownLayouts.OfHidden(type) is { } hidden)
            return new StructShape(hidden.Size, hidden.Alignment, []);

        LayoutDeclaration declaration = LayoutDeclarations.Of(type);
        if (type.TypeKind != TypeKind.Struct || IsLeftToRuntime(type, declaration) || HidesFields(type))
            return null;

        long end = 0;
        long alignment = 1;
        ImmutableArray<FieldPlace>.Builder places = ImmutableArray.CreateBuilder<FieldPlace>();
        foreach (IFieldSymbol field in InstanceFields(type))
        {
            if (Measure(field, around) is not var (size, natural))
                return null;

            long own = declaration.Pack == 0 ? natural : Math.Min(natural, declaration.Pack);
            if (PlaceOf(field, declaration, AlignUp(end, own)) is not { } offset)
                return null;

            alignment = Math.Max(alignment, own);
            if (declaration.InlineLength > 0)
                size = AlignUp(size, own) * declaration.InlineLength;
            end = Math.Max(end, offset + size);
            places.Add(new FieldPlace(field, offset, size));
        }

        // A stated size is not rounded up, and does not cut off what does not fit.
        long total = declaration.Size == 0 ? AlignUp(end, alignment) : Math.Max(end, declaration.Size);
        return new StructShape(Math.Max(1, total), alignment, places.ToImmutable());
    }

    /// <summary>Reference assemblies do not say it of tuples.</summary>
    private static bool IsLeftToRuntime(INamedTypeSymbol type, LayoutDeclaration declaration) => type.IsTupleType || declaration.Kind == LayoutKind.Auto;

    private static bool HidesFields(INamedTypeSymbol type) => KnownLayouts.HidesFields(type) || CapturedParameters.Any(type) || InstanceEvents(type).Any();

    private static long? PlaceOf(IFieldSymbol field, LayoutDeclaration declaration, long next)
        => declaration.Kind == LayoutKind.Explicit ? LayoutDeclarations.OffsetOf(field) : next;

    private (long Size, long Alignment)? Measure(IFieldSymbol field, ImmutableHashSet<ISymbol> around)
    {
        if (field.RefKind != RefKind.None)
            return null;

        // Of a field in an instance of a generic struct, only the definition knows.
        if (field.OriginalDefinition is { IsFixedSizeBuffer: true, Type: IPointerTypeSymbol { PointedAtType: { } element } } buffer)
        {
            int size = KnownLayouts.OfPrimitive(element.SpecialType);
            return size == 0 ? null : ((long)size * buffer.FixedSize, size);
        }

        return Measure(field.Type, around);
    }

    private (long Size, long Alignment)? Measure(ITypeSymbol type, ImmutableHashSet<ISymbol> around)
    {
        if (type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer)
            return (8, 8);

        if (KnownLayouts.OfPrimitive((type as INamedTypeSymbol)?.EnumUnderlyingType?.SpecialType ?? type.SpecialType) is > 0 and var size)
            return (size, size);

        return type is INamedTypeSymbol { TypeKind: TypeKind.Struct } nested && Of(nested, around) is { } shape ? (shape.Size, shape.Alignment) : null;
    }

    private static long AlignUp(long value, long alignment) => (value + alignment - 1) / alignment * alignment;
}
