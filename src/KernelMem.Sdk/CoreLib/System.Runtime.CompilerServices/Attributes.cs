namespace System.Runtime.CompilerServices;

// Attributes that the compiler emits or reads. They carry facts for compilers and do nothing at run time.

public sealed class AsyncStateMachineAttribute : Attribute
{
    public AsyncStateMachineAttribute(Type stateMachineType)
    {
    }
}

public sealed class CallerArgumentExpressionAttribute : Attribute
{
    public CallerArgumentExpressionAttribute(string parameterName)
    {
    }
}

public sealed class CallerFilePathAttribute : Attribute
{
}

public sealed class CallerLineNumberAttribute : Attribute
{
}

public sealed class CallerMemberNameAttribute : Attribute
{
}

public sealed class CollectionBuilderAttribute : Attribute
{
    public CollectionBuilderAttribute(Type builderType, string methodName)
    {
    }
}

public sealed class CompilationRelaxationsAttribute : Attribute
{
    public CompilationRelaxationsAttribute(int relaxations)
    {
    }
}

public sealed class CompilerGeneratedAttribute : Attribute
{
}

public sealed class ExtensionAttribute : Attribute
{
}

public sealed class FixedBufferAttribute : Attribute
{
    public FixedBufferAttribute(Type elementType, int length)
    {
    }
}

public sealed class IndexerNameAttribute : Attribute
{
    public IndexerNameAttribute(string indexerName)
    {
    }
}

public sealed class InlineArrayAttribute : Attribute
{
    public InlineArrayAttribute(int length)
    {
    }
}

public sealed class InterpolatedStringHandlerAttribute : Attribute
{
}

public sealed class IntrinsicAttribute : Attribute
{
}

public sealed class IsByRefLikeAttribute : Attribute
{
}

public sealed class IsReadOnlyAttribute : Attribute
{
}

public sealed class IsUnmanagedAttribute : Attribute
{
}

public sealed class NullableAttribute : Attribute
{
    public NullableAttribute(byte flag)
    {
    }

    public NullableAttribute(byte[] flags)
    {
    }
}

public sealed class NullableContextAttribute : Attribute
{
    public NullableContextAttribute(byte flag)
    {
    }
}

public sealed class NullablePublicOnlyAttribute : Attribute
{
    public NullablePublicOnlyAttribute(bool includesInternals)
    {
    }
}

public sealed class OverloadResolutionPriorityAttribute : Attribute
{
    public OverloadResolutionPriorityAttribute(int priority)
    {
    }
}

public sealed class ParamCollectionAttribute : Attribute
{
}

public sealed class RefSafetyRulesAttribute : Attribute
{
    public RefSafetyRulesAttribute(int version)
    {
    }
}

public sealed class RequiredMemberAttribute : Attribute
{
}

public sealed class RequiresLocationAttribute : Attribute
{
}

public sealed class ScopedRefAttribute : Attribute
{
}

public sealed class SkipLocalsInitAttribute : Attribute
{
}

public sealed class TupleElementNamesAttribute : Attribute
{
    public TupleElementNamesAttribute(string[] transformNames)
    {
    }
}

public sealed class UnsafeValueTypeAttribute : Attribute
{
}

public sealed class CompilerFeatureRequiredAttribute : Attribute
{
    public const string RefStructs = nameof(RefStructs);
    public const string RequiredMembers = nameof(RequiredMembers);

    public CompilerFeatureRequiredAttribute(string featureName)
    {
    }

    public bool IsOptional { get; set; }
}

public sealed class RuntimeCompatibilityAttribute : Attribute
{
    public bool WrapNonExceptionThrows { get; set; }
}

public static class IsVolatile
{
}

public static class IsExternalInit
{
}

[Flags]
public enum MethodImplOptions
{
    Unmanaged = 4,
    NoInlining = 8,
    ForwardRef = 16,
    Synchronized = 32,
    NoOptimization = 64,
    PreserveSig = 128,
    AggressiveInlining = 256,
    AggressiveOptimization = 512,
    InternalCall = 4096,
}

public sealed class MethodImplAttribute : Attribute
{
    public MethodImplAttribute(MethodImplOptions methodImplOptions)
    {
    }
}

public class CallConvCdecl
{
}

public class CallConvSuppressGCTransition
{
}
