using System;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace KernelMem.Analyzers.Tests.Allocation.Oracle;

/// <summary>
/// Judges calls: of the methods that the compiler calls for an allocation of which the source has no call. Other methods are judged by
/// their own code.
/// </summary>
internal static class IlCalls
{
    public static IlAllocation Judge(Instruction instruction, MethodReference callee, MethodDefinition method)
    {
        (IlKind kind, IlTier tier) = Judge(callee, method);
        return tier == IlTier.Never ? default : new(method, instruction, kind, tier, callee.Name);
    }

    private static (IlKind Kind, IlTier Tier) Judge(MethodReference callee, MethodDefinition caller)
    {
        string type = callee.DeclaringType.GetElementType().FullName;
        return (type, callee.Name) switch
        {
            ("System.String", "Concat" or "Format") => (IlKind.Text, IlTier.Always),
            ("System.Runtime.CompilerServices.DefaultInterpolatedStringHandler", "ToStringAndClear") => (IlKind.Text, IlTier.Always),
            ("System.Runtime.CompilerServices.FormattableStringFactory", "Create") => (IlKind.Text, IlTier.Always),
            ("System.String", "Substring") => (IlKind.Slice, IlTier.Always),
            ("System.Runtime.CompilerServices.RuntimeHelpers", "GetSubArray") => (IlKind.Slice, IlTier.Always),
            ("System.Runtime.CompilerServices.RuntimeHelpers", "CreateSpan") => (IlKind.Array, IlTier.Unoptimised),
            ("System.Collections.Generic.EqualityComparer`1", "get_Default") when IlRecords.LacksEquality(((GenericInstanceType)callee.DeclaringType).GenericArguments[0]) => (IlKind.Equality, IlTier.Always),
            ("System.Delegate", "Combine" or "Remove") => (IlKind.Delegate, IlTier.Always),
            ("System.Activator", "CreateInstance") when MakesUnknown(callee) => (IlKind.Object, IlTier.Always),
            ("System.Runtime.CompilerServices.CallSite`1", "Create") => (IlKind.Library, IlTier.Always),
            ("System.Linq.Expressions.Expression", "Lambda") => (IlKind.Library, IlTier.Always),
            ("System.Linq.Enumerable" or "System.Linq.Queryable", not ("ToArray" or "ToList")) when callee.DeclaringType.Scope != caller.Module => (IlKind.Library, IlTier.Always),
            (_, "<Clone>$") => (IlKind.Clone, IlTier.Always),
            (_, "GetEnumerator" or "GetAsyncEnumerator") when !IlMarks.IsValueType(callee.ReturnType) && callee.ReturnType is not GenericParameter => (IlKind.Enumerator, IlTier.Always),
            (_, "Start") when type.StartsWith("System.Runtime.CompilerServices.Async", StringComparison.Ordinal) => (IlKind.StateMachine, IlTier.Always),
            ("<PrivateImplementationDetails>", "ThrowSwitchExpressionException" or "ThrowSwitchExpressionExceptionParameterless") => (IlKind.Object, IlTier.Always),
            (_, "ToArray" or "ToList") => (IlKind.Array, IlTier.Always),
            _ when IlRecords.NeedsObjects(callee, caller) => (IlKind.Equality, IlTier.Always),
            _ when IsFieldLikeAccessor(callee, caller) => (IlKind.Delegate, IlTier.Always),
            _ => default,
        };
    }

    /// <summary>What <c>new T()</c> becomes.</summary>
    private static bool MakesUnknown(MethodReference method)
        => method is GenericInstanceMethod creation && creation.GenericArguments[0] is not GenericParameter { HasNotNullableValueTypeConstraint: true };

    /// <summary>An accessor of an event that the compiler wrote; those of other assemblies are calls like any other.</summary>
    private static bool IsFieldLikeAccessor(MethodReference callee, MethodDefinition caller)
        => (callee.Name.Contains("add_", StringComparison.Ordinal) || callee.Name.Contains("remove_", StringComparison.Ordinal))
            && IlMarks.Resolve(callee) is { HasBody: true } accessor
            && accessor.Module == caller.Module
            && (accessor.IsAddOn || accessor.IsRemoveOn)
            && accessor.Body.Instructions.Any(static instruction => instruction.Operand is MethodReference { DeclaringType.FullName: "System.Delegate", Name: "Combine" or "Remove" })
            && IlMarks.IsCompilerGenerated(accessor);
}
