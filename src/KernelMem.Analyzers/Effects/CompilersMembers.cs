using System.Collections.Generic;
using System.Linq;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelMem.Analyzers.Effects;

/// <summary>Sums up code that is nowhere in the source: constructors that are not written, accessors of events, members of records.</summary>
internal static class CompilersMembers
{
    /// <summary>What such a member does; nothing for any other.</summary>
    public static FunctionSummary Of(IMethodSymbol member, Compilation compilation) => member switch
    {
        { MethodKind: MethodKind.Constructor } => Calling(BaseConstructor(member)),
        { MethodKind: MethodKind.EventAdd or MethodKind.EventRemove, IsAbstract: false, IsExtern: false } when !HasCode(member) => Allocating(member, "makes a delegate of two"),
        { IsImplicitlyDeclared: true, ContainingType: { IsRecord: true } record } => OfRecord(member, record, compilation),
        _ => FunctionSummary.Empty,
    };

    /// <summary>Of a written constructor, the compiler has the call in its body.</summary>
    private static CallSite? BaseConstructor(IMethodSymbol constructor)
    {
        if (constructor.ContainingType is not { TypeKind: TypeKind.Class, BaseType: { SpecialType: not SpecialType.System_Object } @base } || IsWritten(constructor))
            return null;

        IMethodSymbol? implied = @base.InstanceConstructors
            .Where(static candidate => candidate.Parameters.All(static parameter => parameter.IsOptional || parameter.IsParams))
            .OrderBy(static candidate => candidate.Parameters.Length)
            .FirstOrDefault();
        return implied is null ? null : new CallSite(CallKind.Direct, implied, null, constructor.Locations[0]);
    }

    private static bool IsWritten(IMethodSymbol constructor)
        => !constructor.IsImplicitlyDeclared
            && constructor.DeclaringSyntaxReferences.Any(static part => part.GetSyntax() is not TypeDeclarationSyntax type || (type.BaseList?.Types.Any(static type => type is PrimaryConstructorBaseTypeSyntax) ?? false));

    private static bool HasCode(IMethodSymbol accessor) => accessor.DeclaringSyntaxReferences.Length > 0;

    private static FunctionSummary OfRecord(IMethodSymbol member, INamedTypeSymbol record, Compilation compilation) => member.Name switch
    {
        WellKnownMemberNames.ObjectToString or "PrintMembers" => Allocating(member, $"builds a string in the {member.Name} that '{SymbolNames.Of(record)}' has from the compiler"),
        "<Clone>$" when record.IsReferenceType => Allocating(member, "copies a record"),
        WellKnownMemberNames.ObjectGetHashCode => Comparing(member, record, compilation),
        WellKnownMemberNames.ObjectEquals when member.Parameters[0].Type.SpecialType != SpecialType.System_Object => Comparing(member, record, compilation),
        WellKnownMemberNames.ObjectEquals or WellKnownMemberNames.EqualityOperatorName or WellKnownMemberNames.InequalityOperatorName => Calling(EqualsOf(record, member)),
        _ => FunctionSummary.Empty,
    };

    /// <summary>Each field by its default comparer, after those of the base record.</summary>
    private static FunctionSummary Comparing(IMethodSymbol member, INamedTypeSymbol record, Compilation compilation)
    {
        List<CallSite?> calls = [];
        if (record.BaseType is { IsRecord: true } @base)
            calls.Add(@base.GetMembers(member.Name).OfType<IMethodSymbol>().FirstOrDefault(inherited => inherited.Parameters.Length == 0 || SymbolEqualityComparer.Default.Equals(inherited.Parameters[0].Type, @base)) is { } inherited ? new CallSite(CallKind.Direct, inherited, null, member.Locations[0]) : null);
        foreach (IFieldSymbol field in record.GetMembers().OfType<IFieldSymbol>().Where(static field => !field.IsStatic))
        {
            calls.Add(DefaultComparison.Of(member.Name, field.Type, compilation, member.Locations[0]));
        }

        return Calling([.. calls]);
    }

    private static CallSite? EqualsOf(INamedTypeSymbol record, IMethodSymbol from)
        => record.GetMembers(WellKnownMemberNames.ObjectEquals).OfType<IMethodSymbol>().FirstOrDefault(method => SymbolEqualityComparer.Default.Equals(method.Parameters[0].Type, record)) is { } equals
            ? new CallSite(record is { IsValueType: false, IsSealed: false } ? CallKind.Dispatched : CallKind.Direct, equals, record, from.Locations[0])
            : null;

    private static FunctionSummary Calling(params CallSite?[] calls) => new([.. calls.OfType<CallSite>()], null, null);

    private static FunctionSummary Allocating(IMethodSymbol member, string what) => new([], new EffectSource(what, member.Locations[0]), null);
}
